using System.IO;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Package.Tests;

/// <summary>The tool as it is installed, on a program that knows the packages only.</summary>
[Trait("Speed", "Slow")]
public sealed class InstalledToolTests(Packages packages)
{
    [Fact]
    public async Task The_mistake_is_found_confirmed_with_harm_and_replayed()
    {
        Consumer consumer = Consumer.OfPackages(packages, packages.NewFolder("verified", packages.Feed), Consumer.Program, "IrqSafety.Simulator");

        CommandRun check = await consumer.RunAsync(packages, "check", ".", "--format", "json");

        Assert.Equal("", check.Error);
        Assert.Equal(2, check.ExitCode);
        Assert.Equal(Consumer.Mistake, Place(OnlyFinding(check)));

        CommandRun verify = await consumer.RunAsync(packages, "verify", ".", "--format", "json");

        Assert.Equal("", verify.Error);
        Assert.Equal(2, verify.ExitCode);
        JsonNode finding = OnlyFinding(verify);
        Assert.Equal(Consumer.Mistake, Place(finding));
        Assert.Equal("confirmed", (string?)finding["verdict"]);
        Assert.Equal("harm", (string?)finding["evidence"]);

        CommandRun replay = await consumer.RunAsync(packages, "replay", Path.GetFullPath((string)finding["replay"]!, consumer.Folder));

        Assert.Equal("", replay.Error);
        Assert.Equal(0, replay.ExitCode);
    }

    [Fact]
    public async Task A_simulator_of_another_version_in_the_program_is_refused()
    {
        string laterFeed = await PackLaterSimulatorAsync();
        Consumer consumer = Consumer.OfPackages(packages, packages.NewFolder("skewed", packages.Feed, laterFeed), Consumer.HandlerCode, "IrqSafety", "IrqSafety.Simulator/9.0.0");

        CommandRun run = await consumer.RunAsync(packages, "verify", ".");

        Assert.Equal(5, run.ExitCode);
        Assert.Contains("the project uses IrqSafety 9.0.0 (worker protocol 99)", run.Error);
        Assert.Contains("Use the tool and the packages of one version.", run.Error);
    }

    /// <summary>A simulator that says what one of a later version would say first.</summary>
    private async Task<string> PackLaterSimulatorAsync()
    {
        string folder = packages.NewFolder("later");
        File.WriteAllText(Path.Combine(folder, "IrqSafety.Simulator.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <UseAppHost>false</UseAppHost>
                <TargetFramework>net10.0</TargetFramework>
                <Version>9.0.0</Version>
              </PropertyGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), """"
            System.Console.WriteLine("""{"type":"hello","protocol":99,"version":"9.0.0","programHash":""}""");
            """");
        string feed = Path.Combine(folder, "feed");
        CommandRun pack = await Command.RunAsync(folder, packages.Environment, Command.Dotnet, "pack", "-o", feed);
        Assert.True(pack.ExitCode == 0, pack.Out + pack.Error);
        return feed;
    }

    private static JsonNode OnlyFinding(CommandRun run) => Assert.Single(JsonNode.Parse(run.Out)!["findings"]!.AsArray())!;

    private static string Place(JsonNode finding) => $"{Path.GetFileName((string?)finding["file"])}({finding["line"]}): {finding["rule"]}";
}
