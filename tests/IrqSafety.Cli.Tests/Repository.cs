using System.IO;
using System.Linq;
using System.Reflection;

namespace IrqSafety.Cli.Tests;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "RepositoryRoot").Value!;

    /// <summary>
    /// Copies a sample into a scratch folder, where a test may edit and build it: the same relative path, with the repository's build files
    /// reached through forwarding ones.
    /// </summary>
    public static void CopySample(string sample, ScratchFolder to)
    {
        string from = Path.Combine(Root, "samples", sample);
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(Path.Combine(Root, "samples"))))
        {
            string relative = Path.GetRelativePath(Root, file);
            if (!relative.Split('/', '\\').Any(part => part is "bin" or "obj"))
            {
                to.Write(relative, File.ReadAllText(file));
            }
        }

        to.Write("Directory.Build.props", Forward("Directory.Build.props"));
        to.Write("build/IrqSafety.InRepo.targets", Forward("build/IrqSafety.InRepo.targets"));
        to.Write("global.json", File.ReadAllText(Path.Combine(Root, "global.json")));
    }

    private static string Forward(string file) => $"<Project><Import Project=\"{Path.Combine(Root, file)}\" /></Project>";
}
