using System.CommandLine;

namespace IrqSafety.Cli.Verbs;

/// <summary>The argument that names what to look at.</summary>
internal static class ProjectArgument
{
    /// <summary>The argument.</summary>
    public static Argument<string> Create() => new("project") { Description = "A .csproj, a .sln or .slnx, or a folder with any number of projects." };
}
