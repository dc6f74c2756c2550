using Xunit;

namespace IrqSafety.Cli.Tests;

/// <summary>Tests that really build: their builds share the outputs of the repository's own projects, so they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class Builds
{
    public const string Name = "builds";
}
