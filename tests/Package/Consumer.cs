using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

namespace IrqSafety.Package.Tests;

/// <summary>A project of a user, outside the repository: the program of <c>build/PACKAGE.md</c>.</summary>
internal sealed partial class Consumer
{
    private readonly IReadOnlyDictionary<string, string> _environment;

    private Consumer(string folder, IReadOnlyDictionary<string, string> environment, string items, string source)
    {
        Folder = folder;
        _environment = environment;
        foreach (string shared in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            Write(shared, "<Project />"); // Whatever lies above the folder does not count.
        }

        Write("Watchdog.cs", source);
        Write("Watchdog.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
              {items}
            </Project>
            """);
    }

    /// <summary>The whole program: handler code and scenario.</summary>
    public static string Program { get; } = CSharp().Match(File.ReadAllText(Repository.PathOf("build/PACKAGE.md"))).Groups["code"].Value;

    /// <summary>The handler code alone.</summary>
    public static string HandlerCode { get; } = Program[..Program.IndexOf("[Scenario", StringComparison.Ordinal)].Replace("using IrqSafety.Simulator;", "");

    /// <summary>The only thing wrong with it: a blocking lock, that of the console, in an NMI handler.</summary>
    public static string Mistake { get; } = $"Watchdog.cs({1 + Program.Split('\n').Index().Single(line => line.Item.Contains("// IRQ0201")).Index}): IRQ0201";

    /// <summary>Data that is only there when the generator in the analyzers has run: without it the property has no implementation.</summary>
    public const string GuardedProperty = """
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        public sealed partial class TickCount
        {
            private readonly RawSpinLock _lock = new();

            [GuardedBy("_lock")]
            public partial int Ticks { get; set; }

            public int Read() => Ticks;
        }
        """;

    public string Folder { get; }

    /// <summary>A consumer of packages.</summary>
    public static Consumer OfPackages(Packages packages, string folder, string source, params string[] references) => new(
        folder,
        packages.Environment,
        $"<ItemGroup>{string.Concat(references.Select(Reference))}</ItemGroup>",
        source);

    /// <summary>A consumer of the repository's own projects and of its analyzers by path.</summary>
    public static Consumer InRepository(string folder, string source) => new(
        folder,
        new Dictionary<string, string>(),
        $"""
        <ItemGroup>
            <ProjectReference Include="{Repository.PathOf("src/Simulator/IrqSafety.Simulator.csproj")}" />
          </ItemGroup>
          <Import Project="{Repository.PathOf("build/IrqSafety.InRepo.targets")}" />
        """,
        source);

    /// <summary>Writes a file of the project.</summary>
    public void Write(string name, string content) => File.WriteAllText(Path.Combine(Folder, name), content);

    /// <summary>Builds it.</summary>
    public Task<CommandRun> BuildAsync(params string[] options) =>
        Command.RunAsync(Folder, _environment, Command.Dotnet, ["build", "-v", "quiet", "-c", Repository.Configuration, "-tl:off", .. options]);

    /// <summary>Runs the installed tool in it. No <c>dotnet</c> is in the path: the tool builds with the one it runs on.</summary>
    public Task<CommandRun> RunAsync(Packages packages, params string[] arguments)
    {
        var environment = new Dictionary<string, string>(_environment)
        {
            ["PATH"] = Folder,
            ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")),
        };
        return Command.RunAsync(Folder, environment, packages.Tool, arguments);
    }

    private static string Reference(string package) => package.Split('/') is [var id, var version]
        ? $"<PackageReference Include=\"{id}\" Version=\"{version}\" />"
        : $"<PackageReference Include=\"{package}\" Version=\"{Repository.Version}\" />";

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex CSharp();
}
