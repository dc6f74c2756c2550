using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using Xunit;

namespace IrqSafety.Cli.Tests;

/// <summary>Real builds, a few seconds each.</summary>
[Collection(Builds.Name)]
[Trait("Speed", "Slow")]
public sealed class DotnetBuildTests
{
    private const string Library = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><TargetFramework>net10.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup>
        </Project>
        """;

    [Fact]
    public async Task A_project_that_does_not_compile_is_refused_with_the_compilers_errors()
    {
        using var folder = new ScratchFolder();
        string project = folder.Write("Broken.csproj", Library);
        folder.Write("Broken.cs", "public class Broken\n{\n    public int M() => missing;\n}\n");

        ToolRun run = await Tool.RunAsync(new DotnetBuild(folder.Path), folder.Path, "check", project);

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains("Broken.csproj does not build:", run.Error);
        Assert.Contains("Broken.cs(3,23): error CS0103", run.Error);
    }

    [Theory]
    [InlineData("<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup>", "MSB4025")]
    [InlineData("<Project Sdk=\"No.Such.Sdk/1.0.0\" />", "No.Such.Sdk")]
    public async Task A_project_file_that_msbuild_cannot_read_is_refused_with_its_error(string content, string expected)
    {
        using var folder = new ScratchFolder();
        string project = folder.Write("Broken.csproj", content);

        ToolRun run = await Tool.RunAsync(new DotnetBuild(folder.Path), folder.Path, "verify", project);

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }

    [Fact]
    public async Task Projects_are_built_once_each_whatever_their_paths_and_the_environment_say()
    {
        using var folder = new ScratchFolder();
        string used = folder.Write("a b;c'd/Used.csproj", Library);
        folder.Write("a b;c'd/Used.cs", "public class Used { }");
        string user = folder.Write("user (1)/User.csproj", Library.Replace("</PropertyGroup>", "</PropertyGroup><ItemGroup><ProjectReference Include=\"../a b%3Bc'd/Used.csproj\" /></ItemGroup>"));
        folder.Write("user (1)/User.cs", "public class User : Used { }");

        IReadOnlyList<BuiltProject> built = await new DotnetBuild(folder.Path).BuildAsync([used, user], true, TestContext.Current.CancellationToken);

        Assert.Equal([used, user], built.Select(project => project.Path));
        Assert.All(built, project => Assert.False(project.Analyzed));
        Assert.All(built, project => Assert.Null(project.Program));
        Assert.True(File.Exists(Path.Combine(folder.Path, "user (1)/bin/Debug/net10.0/User.dll")));
    }

    [Fact]
    public void Errors_are_read_once_each_with_code_and_project()
    {
        string[] output =
        [
            "/src/A.cs(3,5): error CS0103: The name 'x' does not exist [/src/A.csproj]",
            "/src/A.cs(3,5): error CS0103: The name 'x' does not exist [/src/A.csproj]",
            "/src/A.cs(9,5): error IRQ0201: 'Acquire' may wait [/src/A.csproj::TargetFramework=net10.0]",
            "/src/A.cs(4,5): warning CS0168: unused [/src/A.csproj]",
            "MSBUILD : error MSB1009: Project file does not exist.",
        ];

        IReadOnlyList<BuildError> errors = BuildErrors.Read(output);

        Assert.Equal(["CS0103", "IRQ0201", "MSB1009"], errors.Select(error => error.Code));
        Assert.Equal(["/src/A.csproj", "/src/A.csproj", ""], errors.Select(error => error.Project));
        Assert.Equal([false, true, false], errors.Select(BuildErrors.IsFinding));
    }

    [Fact]
    public void Variables_that_msbuild_would_take_for_properties_do_not_reach_a_build()
    {
        IReadOnlyDictionary<string, string?> changes = BuildEnvironment.Scrub(["PATH", "MSBuildSDKsPath", "MSBUILD_EXE_PATH", "platform", "Configuration", "HOME"]);

        Assert.Equal(["Configuration", "MSBUILD_EXE_PATH", "MSBuildSDKsPath", "platform"], changes.Where(change => change.Value is null).Select(change => change.Key).Order(System.StringComparer.Ordinal));
        Assert.DoesNotContain("PATH", changes.Keys);
    }
}
