using System;
using System.IO;
using System.Linq;
using Xunit;

namespace IrqSafety.Package.Tests;

[Trait("Speed", "Slow")]
public sealed class PackageContentTests(Packages packages)
{
    [Fact]
    public void There_are_three_packages()
    {
        string[] expected = ["IrqSafety", "IrqSafety.Simulator", "IrqSafety.Tool"];

        Assert.Equal(
            expected.Select(name => $"{name}.{Repository.Version}.nupkg"),
            Directory.EnumerateFiles(packages.Feed).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_model_comes_with_all_three_analyzer_assemblies() => Assert.Equal(
        [
            "IrqSafety.nuspec",
            "PACKAGE.md",
            "analyzers/dotnet/cs/IrqSafety.Analyzers.dll",
            "analyzers/dotnet/cs/IrqSafety.CodeFixes.dll",
            "analyzers/dotnet/cs/IrqSafety.Rules.dll",
            "lib/net10.0/IrqSafety.Rules.dll",
            "lib/net10.0/IrqSafety.Rules.xml",
            "lib/net10.0/IrqSafety.Runtime.dll",
            "lib/net10.0/IrqSafety.Runtime.xml",
            "lib/netstandard2.0/IrqSafety.Rules.dll",
            "lib/netstandard2.0/IrqSafety.Rules.xml",
        ],
        packages.FilesOf("IrqSafety"));

    [Fact]
    public void The_simulator_comes_with_what_starts_it_as_a_worker() => Assert.Equal(
        [
            "IrqSafety.Simulator.nuspec",
            "PACKAGE.md",
            "buildTransitive/IrqSafety.Simulator.props",
            "buildTransitive/IrqSafety.Simulator.targets",
            "lib/net10.0/IrqSafety.Simulator.dll",
            "lib/net10.0/IrqSafety.Simulator.runtimeconfig.json",
            "lib/net10.0/IrqSafety.Simulator.xml",
        ],
        packages.FilesOf("IrqSafety.Simulator"));

    [Fact]
    public void The_tool_is_complete() => Assert.Equal(
        [
            "IrqSafety.Tool.nuspec",
            "PACKAGE.md",
            "tools/net10.0/any/DotnetToolSettings.xml",
            "tools/net10.0/any/IrqSafety.Rules.dll",
            "tools/net10.0/any/IrqSafety.Rules.pdb",
            "tools/net10.0/any/IrqSafety.Runtime.dll",
            "tools/net10.0/any/IrqSafety.Runtime.pdb",
            "tools/net10.0/any/IrqSafety.Simulator.deps.json",
            "tools/net10.0/any/IrqSafety.Simulator.dll",
            "tools/net10.0/any/IrqSafety.Simulator.pdb",
            "tools/net10.0/any/IrqSafety.Simulator.runtimeconfig.json",
            "tools/net10.0/any/Spectre.Console.dll",
            "tools/net10.0/any/System.CommandLine.dll",
            "tools/net10.0/any/irqsafety.deps.json",
            "tools/net10.0/any/irqsafety.dll",
            "tools/net10.0/any/irqsafety.pdb",
            "tools/net10.0/any/irqsafety.runtimeconfig.json",
        ],
        packages.FilesOf("IrqSafety.Tool"));

    /// <summary>Analyzers are compiled against the compiler's assemblies; a consumer must not get those of another version.</summary>
    [Theory]
    [InlineData("IrqSafety")]
    [InlineData("IrqSafety.Simulator", "IrqSafety")]
    [InlineData("IrqSafety.Tool")]
    public void Nothing_depends_on_packages_of_others(string package, params string[] dependencies) => Assert.Equal(
        dependencies,
        packages.MetadataOf(package).Descendants("dependency").Select(dependency => (string?)dependency.Attribute("id")));

    [Theory]
    [InlineData("IrqSafety")]
    [InlineData("IrqSafety.Simulator")]
    [InlineData("IrqSafety.Tool")]
    public void Each_says_what_it_is_and_under_which_licence(string package)
    {
        Assert.Equal("Apache-2.0", (string?)packages.MetadataOf(package).Element("license"));
        Assert.Equal("PACKAGE.md", (string?)packages.MetadataOf(package).Element("readme"));
        Assert.NotEqual("Package Description", (string?)packages.MetadataOf(package).Element("description")); // What pack writes when there is none.
    }
}
