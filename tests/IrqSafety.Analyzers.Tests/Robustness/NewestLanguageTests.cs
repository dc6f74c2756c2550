using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using IrqSafety.Analyzers.Rules;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Robustness;

/// <summary>The compiler that the SDK ships is newer than the one in this process: constructs that only it knows are given to it, with the analyzers.</summary>
public sealed class NewestLanguageTests
{
    private const string Source = """
        using System;
        using System.Collections.Generic;
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        static class Extensions
        {
            extension(RawSpinLock taken)
            {
                public bool IsNamed => taken.ToString() is not null;
                public void Twice() { taken.Acquire(); taken.Release(); }
                public static RawSpinLock Make() => new();
            }

            extension<T>(IEnumerable<T> all)
            {
                public bool IsEmpty { get { foreach (T one in all) { return one is null; } return true; } }
            }
        }

        partial class Device
        {
            readonly RawSpinLock stateLock = new();
            static readonly WaitQueue s_waiters = new();
            Device? next;
            int[] counts = [1, 2, 3];

            public int Level { get; set => field = value < 0 ? throw new ArgumentOutOfRangeException(nameof(value)) : value; }

            public partial event Action Changed;
            Device(int level) => Level = level;

            public void operator +=(int by) { using (stateLock.LockIrqSave()) { Level += by; } }

            delegate bool TryParse(string text, out int value);

            [RunsIn(Context.HardIrq)]
            void Handle()
            {
                stateLock.Twice();
                next?.Level = 3;
                next?.counts[0] += 1;
                TryParse parse = (text, out value) => int.TryParse(text, out value);
                ReadOnlySpan<int> span = counts;
                string name = nameof(List<>);
                if (span.Length > 2 && parse(name, out int parsed) && stateLock.IsNamed && counts.IsEmpty)
                {
                    Device other = new(parsed);
                    other += 1;
                }

                s_waiters.Wait(() => Level > 0);
            }
        }

        partial class Timer
        {
            static readonly WaitQueue s_waiters = new();
            int level;
            partial Timer(int level);

            [RunsIn(Context.HardIrq)]
            void Expire() => s_waiters.Wait(() => level > 1);
        }

        partial class Timer
        {
            partial Timer(int level) => this.level = level;
        }

        partial class Device
        {
            public partial event Action Changed { add { Level++; } remove { using var held = stateLock.Lock(); } }
        }
        """;

    [Fact]
    public async Task Constructs_of_the_newest_language_version_are_analysed_by_the_compiler_of_the_SDK()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("irqsafety-newest-");
        try
        {
            string file = Path.Combine(folder.FullName, "Newest.cs");
            await File.WriteAllTextAsync(file, Source, TestContext.Current.CancellationToken);
            string[] references = [.. Testing.TestCompilation.References(withModel: true).Select(reference => $"/reference:\"{reference.Display}\"")];
            string response = Path.Combine(folder.FullName, "newest.rsp");
            await File.WriteAllLinesAsync(
                response,
                [
                    "/noconfig", "/nostdlib+", "/nologo", "/target:library", "/langversion:latest", "/nullable:enable", $"/out:\"{Path.Combine(folder.FullName, "Newest.dll")}\"",
                    .. references, $"/analyzer:\"{typeof(IrqAnalyzer).Assembly.Location}\"", $"/analyzer:\"{typeof(global::IrqSafety.Contracts.RunsInAttribute).Assembly.Location}\"", $"\"{file}\"",
                ],
                TestContext.Current.CancellationToken);

            (int code, string output) = await Compile(response);

            Assert.True(code == 0, output);
            Assert.DoesNotContain("AD0001", output, StringComparison.Ordinal);
            Assert.DoesNotContain("CS8032", output, StringComparison.Ordinal);
            Assert.DoesNotContain("CS9057", output, StringComparison.Ordinal);

            // They ran: the handlers sleep. The compiler never says that a type with a partial constructor is complete, so the build speaks of it.
            Assert.Contains(Reported(output, "Level > 0"), one => one.Contains("IRQ0116", StringComparison.Ordinal));
            Assert.Contains(Reported(output, "level > 1"), one => one.Contains("IRQ0116", StringComparison.Ordinal) || one.Contains("IRQ0166", StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string[] Reported(string output, string code)
    {
        int line = Array.FindIndex(Source.Split('\n'), one => one.Contains(code, StringComparison.Ordinal)) + 1;
        return [.. output.Split('\n').Where(one => one.Contains($"Newest.cs({line},", StringComparison.Ordinal))];
    }

    private static async Task<(int Code, string Output)> Compile(string response)
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string sdks = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", "sdk"));
        string compiler = Directory.GetDirectories(sdks).Select(sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll")).Where(File.Exists).Order(StringComparer.Ordinal).Last();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(compiler);
        start.ArgumentList.Add($"@{response}");
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }
}
