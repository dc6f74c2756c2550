using System;
using System.IO;

namespace IrqSafety.Cli.Processes;

/// <summary>The <c>dotnet</c> that children are started with: the one this tool runs on.</summary>
internal static class DotnetHost
{
    /// <summary>Its path, or <c>dotnet</c> to look for it in PATH.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host && File.Exists(host))
        {
            return host;
        }

        string? own = Environment.ProcessPath;
        return own is not null && System.IO.Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";
    }
}
