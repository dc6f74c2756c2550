using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Cli.Findings;
using IrqSafety.Cli.Processes;
using IrqSafety.Rules;

namespace IrqSafety.Cli.Building;

/// <summary>
/// Builds with <c>dotnet build</c>: this process hosts no compiler. Nodes and compiler server are not shared, so that nothing of the user's
/// stays running and nothing already running decides what is compiled.
/// </summary>
/// <param name="directory">Where the SDK is chosen (global.json).</param>
internal sealed class DotnetBuild(string directory) : IProjectBuilder
{
    private const int ShownErrors = 10;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BuiltProject>> BuildAsync(IReadOnlyList<string> projects, bool analyze, CancellationToken cancellation)
    {
        DirectoryInfo work = Directory.CreateTempSubdirectory("irqsafety-build-");
        try
        {
            return await BuildInAsync(work.FullName, projects, analyze, cancellation);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private async Task<IReadOnlyList<BuiltProject>> BuildInAsync(string work, IReadOnlyList<string> projects, bool analyze, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, string> names = ProjectNames.Of(projects);
        BuildScript script = BuildScript.Write(work, projects, Catalogue.Rules.Select(rule => rule.Id));
        IReadOnlyList<BuildError>? errors = await RunAsync(script, analyze, cancellation);
        if (errors is { Count: > 0 } && analyze && errors.All(BuildErrors.IsFinding))
        {
            // The findings are in the logs, but an editorconfig made them errors: build the program to run without them.
            errors = await RunAsync(script, analyze: false, cancellation);
        }

        if (errors is not null)
        {
            throw Failure(errors);
        }

        return [.. projects.Select(project => Describe(script, project, names[project]))];
    }

    /// <summary>The errors; null when the build succeeded.</summary>
    private async Task<IReadOnlyList<BuildError>?> RunAsync(BuildScript script, bool analyze, CancellationToken cancellation)
    {
        var output = new List<string>();
        var command = new ChildCommand(DotnetHost.Path, Arguments(script, analyze)) { Directory = directory, Environment = BuildEnvironment.Changes };
        int exitCode = await ChildProcess.RunAsync(command, Add, Add, cancellation);
        if (exitCode == 0)
        {
            return null;
        }

        IReadOnlyList<BuildError> errors = BuildErrors.Read(output);
        return errors.Count > 0 ? errors : [.. output.TakeLast(ShownErrors).Select(line => new BuildError("", line, ""))];

        void Add(string line)
        {
            lock (output)
            {
                output.Add(line);
            }
        }
    }

    private static string[] Arguments(BuildScript script, bool analyze)
    {
        string[] arguments =
        [
            "build", script.EntryPath, "--nologo", "-verbosity:quiet", "-consoleLoggerParameters:ErrorsOnly;NoSummary", "-terminalLogger:off",
            "-nodeReuse:false", "-property:UseSharedCompilation=false", "-property:Configuration=Debug", "-property:Platform=AnyCPU",
            $"-property:CustomAfterMicrosoftCommonTargets={script.TargetsPath}",
        ];
        return analyze ? arguments : [.. arguments, "-property:RunAnalyzers=false"];
    }

    private static UserErrorException Failure(IReadOnlyList<BuildError> errors)
    {
        string[] projects = [.. errors.Select(error => Path.GetFileName(error.Project)).Where(name => name.Length > 0).Distinct()];
        string[] shown = [.. errors.Take(ShownErrors).Select(error => error.Text)];
        if (errors.Count > ShownErrors)
        {
            shown = [.. shown, $"… and {errors.Count - ShownErrors} more"];
        }

        string which = projects.Length == 0 ? "the build failed:" : $"{string.Join(", ", projects)} does not build:";
        return new UserErrorException(which, "Make 'dotnet build' succeed first.", shown);
    }

    private static BuiltProject Describe(BuildScript script, string project, string name)
    {
        SarifLog[] logs = [.. script.Logs(project).Select(SarifLog.Load)];
        return new BuiltProject(project, name)
        {
            Analyzed = logs.Any(log => log.Analyzed),
            Findings = [.. logs.SelectMany(log => log.Findings(name)).DistinctBy(finding => (finding.Rule.Id, finding.Fingerprint, finding.Place))],
            Program = script.Descriptions(project).Select(OutputDescription.Load).Select(output => output.Program).FirstOrDefault(program => program is not null),
        };
    }
}
