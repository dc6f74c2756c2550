using System;
using System.IO;
using System.Runtime.InteropServices;

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
        if (own is not null && System.IO.Path.GetFileNameWithoutExtension(own) == "dotnet")
        {
            return own;
        }

        // An installed tool is started by a launcher of its own. Its runtime is <root>/shared/Microsoft.NETCore.App/<version>, the host is <root>/dotnet.
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string besideRuntime = System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(besideRuntime) ? besideRuntime : "dotnet";
    }
}
