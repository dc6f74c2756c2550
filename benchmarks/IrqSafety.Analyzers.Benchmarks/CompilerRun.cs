using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;

namespace IrqSafety.Analyzers.Benchmarks;

/// <summary>
/// Compilations by the compiler of the SDK. Times come from a warm compile server, as builds have it: what passes until the compiler returns, and
/// the processor time the server spends, which other work on the machine disturbs less. Memory is that of a compiler process of its own.
/// </summary>
internal sealed class CompilerRun : IDisposable
{
    private static readonly string s_compiler = Path.Combine("Roslyn", "bincore", "csc.dll");
    private readonly string _pipe = $"irqsafety-benchmark-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("irqsafety-benchmark-");
    private Process? _server;

    /// <summary>The folder of the newest SDK with a compiler.</summary>
    public static string Sdk { get; } = FindSdk();

    /// <summary>A program to compile.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="sources">Its files.</param>
    /// <param name="references">What it is compiled against.</param>
    /// <param name="analyzers">The analyzer assemblies.</param>
    /// <param name="configurations">Configuration files of the analyzers.</param>
    /// <returns>The path of the response file.</returns>
    public string Prepare(string name, IReadOnlyList<string> sources, IEnumerable<string> references, IEnumerable<string> analyzers, IEnumerable<string>? configurations = null)
    {
        string folder = _folder.CreateSubdirectory(name).FullName;
        var arguments = new List<string> { "/noconfig", "/nostdlib+", "/target:library", "/nullable:enable", "/langversion:latest", "/deterministic+", "/nologo", "/optimize+", $"/out:{Path.Combine(folder, name)}.dll" };
        arguments.AddRange(references.Select(path => $"/reference:\"{path}\""));
        arguments.AddRange(analyzers.Select(path => $"/analyzer:\"{path}\""));
        arguments.AddRange((configurations ?? []).Select(path => $"/analyzerconfig:\"{path}\""));
        for (int i = 0; i < sources.Count; i++)
        {
            string file = Path.Combine(folder, $"File{i.ToString(CultureInfo.InvariantCulture)}.cs");
            File.WriteAllText(file, sources[i]);
            arguments.Add($"\"{file}\"");
        }

        string response = Path.Combine(folder, "program.rsp");
        File.WriteAllLines(response, arguments);
        return response;
    }

    /// <summary>Compiles in the compile server and gives the milliseconds that passed and those its processor time took.</summary>
    public (double Elapsed, double Processor) Time(string response)
    {
        double before = ServerTime();
        var clock = Stopwatch.StartNew();
        using Process process = Start($"/shared:{_pipe}", "/keepalive:600", $"@{response}");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double taken = clock.Elapsed.TotalMilliseconds;
        return process.ExitCode == 0 ? (taken, ServerTime() - before) : throw new InvalidOperationException($"the program does not compile:{Environment.NewLine}{output}");
    }

    /// <summary>Compiles in a process of its own and gives its peak memory in MiB.</summary>
    public double PeakMemory(string response)
    {
        using Process process = Start($"@{response}");
        _ = process.StandardOutput.ReadToEndAsync();
        double peak = 0;
        while (!process.WaitForExit(2))
        {
            peak = Math.Max(peak, PeakSoFar(process.Id));
        }

        return peak;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // It would wait for more work for the ten minutes it was told to.
        _server?.Kill();
        _server?.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string FindSdk()
    {
        string sdks = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "sdk"));
        return Directory.GetDirectories(sdks).Where(sdk => File.Exists(Path.Combine(sdk, s_compiler))).Order(StringComparer.Ordinal).LastOrDefault()
            ?? throw new FileNotFoundException($"no compiler under {sdks}; install the .NET SDK");
    }

    // The server is started by the first compilation; it is known by the name of its pipe, which is ours alone.
    private double ServerTime()
    {
        if (_server is { HasExited: true })
        {
            _server.Dispose();
            _server = null; // nobody asked it for long enough; the next compilation starts another
        }

        _server ??= Process.GetProcesses().FirstOrDefault(one => CommandLineOf(one.Id) is { } line && line.Contains($"-pipename:{_pipe}", StringComparison.Ordinal));
        _server?.Refresh();
        return _server?.TotalProcessorTime.TotalMilliseconds ?? 0;
    }

    private static string? CommandLineOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/cmdline");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // VmHWM is what the process ever had; the last reading before it ends is its peak.
    private static double PeakSoFar(int process)
    {
        try
        {
            string line = File.ReadLines($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/status").FirstOrDefault(one => one.StartsWith("VmHWM:", StringComparison.Ordinal)) ?? "";
            string digits = new([.. line.Where(char.IsAsciiDigit)]);
            return digits.Length == 0 ? 0 : double.Parse(digits, CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(Sdk, s_compiler));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
