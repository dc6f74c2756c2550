using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace IrqSafety.Analyzers.Tests.Robustness;

/// <summary>The code of the samples, which use all of the model.</summary>
internal static class SampleCode
{
    private static readonly string Samples = Path.Combine(RepositoryFolder(), "samples");

    /// <summary>The files of a program and of its scenarios.</summary>
    public static IEnumerable<string> Of(string program)
    {
        string folder = Path.Combine([Samples, .. program.Split('/')]);
        string scenarios = Path.Combine(Path.GetDirectoryName(folder)!, "Scenarios");
        return Directory.GetFiles(folder, "*.cs").Concat(Directory.GetFiles(scenarios, "*.cs")).Order(StringComparer.Ordinal).Select(File.ReadAllText);
    }

    private static string RepositoryFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "IrqSafety.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("the tests do not run inside the repository");
    }
}
