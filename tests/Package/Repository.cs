using System.IO;
using System.Linq;
using System.Reflection;

namespace IrqSafety.Package.Tests;

/// <summary>The repository that the tests were built from, and how it was built.</summary>
internal static class Repository
{
    public static string Root { get; } = Metadata("RepositoryRoot");

    public static string Configuration { get; } = Metadata("Configuration");

    public static string Version { get; } = Metadata("Version");

    /// <summary>A file of the repository.</summary>
    public static string PathOf(string file) => Path.Combine(Root, file);

    private static string Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == key).Value!;
}
