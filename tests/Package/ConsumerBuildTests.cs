using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Package.Tests;

/// <summary>
/// The build of a fresh project says one thing. Everything it says is compared, so that an analyzer that cannot be loaded (CS8032), is too new
/// for the compiler (CS9057) or throws (AD0001) fails these tests, and so does one that is silently not there.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class ConsumerBuildTests(Packages packages)
{
    [Fact]
    public async Task Handler_code_with_the_package()
    {
        Consumer consumer = Consumer.OfPackages(packages, packages.NewFolder("handlers", packages.Feed), Consumer.HandlerCode, "IrqSafety");

        CommandRun build = await consumer.BuildAsync();

        Assert.Equal([Consumer.Mistake], build.Diagnostics);
        Assert.Equal(0, build.ExitCode);
    }

    [Fact]
    public async Task A_program_with_the_simulators_package_and_a_worker_can_be_started_from_its_output()
    {
        Consumer consumer = Consumer.OfPackages(packages, packages.NewFolder("program", packages.Feed), Consumer.Program, "IrqSafety.Simulator");

        CommandRun build = await consumer.BuildAsync();

        Assert.Equal([Consumer.Mistake], build.Diagnostics);
        Assert.Equal(0, build.ExitCode);
        Assert.Equal(
            [
                "IrqSafety.Rules.dll", "IrqSafety.Runtime.dll", "IrqSafety.Simulator.dll", "IrqSafety.Simulator.runtimeconfig.json",
                "Watchdog.deps.json", "Watchdog.dll", "Watchdog.pdb",
            ],
            Directory.EnumerateFiles(Path.Combine(consumer.Folder, "bin", Repository.Configuration, "net10.0")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_generator_in_the_analyzers_builds_guarded_properties_and_the_analyzers_judge_them()
    {
        Consumer consumer = Consumer.OfPackages(packages, packages.NewFolder("guarded", packages.Feed), Consumer.GuardedProperty, "IrqSafety");

        CommandRun build = await consumer.BuildAsync();

        Assert.Equal(["Watchdog.cs(11): IRQ0111"], build.Diagnostics);
        Assert.Equal(0, build.ExitCode);
    }

    [Fact]
    public Task A_program_in_the_repository() => InRepository(Consumer.Program, Consumer.Mistake);

    [Fact]
    public Task A_guarded_property_in_the_repository() => InRepository(Consumer.GuardedProperty, "Watchdog.cs(11): IRQ0111");

    private static async Task InRepository(string source, string finding)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("irqsafety-in-repository-");
        try
        {
            // The repository's projects are built already, and other tests use them.
            CommandRun build = await Consumer.InRepository(folder.FullName, source).BuildAsync("-p:BuildProjectReferences=false");

            Assert.Equal([finding], build.Diagnostics);
            Assert.Equal(0, build.ExitCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
