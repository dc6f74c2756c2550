using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security;
using System.Text;

namespace IrqSafety.Cli.Building;

/// <summary>
/// The MSBuild files of one run: a project that builds the selected ones in one go, and targets imported into each of them. Only a selected
/// project writes a SARIF log, its own, because <c>ErrorLog</c> given on the command line would reach every project it references; and only its
/// compile is forced, by naming the log as one of the compile's outputs.
/// </summary>
internal sealed class BuildScript
{
    private readonly string _folder;
    private readonly IReadOnlyList<string> _projects;

    private BuildScript(string folder, IReadOnlyList<string> projects)
    {
        _folder = folder;
        _projects = projects;
    }

    /// <summary>The project to build.</summary>
    public string EntryPath => Path.Combine(_folder, "build.proj");

    /// <summary>The imported targets.</summary>
    public string TargetsPath => Path.Combine(_folder, "selected.targets");

    /// <summary>Writes the files into an empty folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="projects">The selected projects.</param>
    /// <param name="ruleIds">Rules whose findings must not stop a build that treats warnings as errors.</param>
    public static BuildScript Write(string folder, IReadOnlyList<string> projects, IEnumerable<string> ruleIds)
    {
        var script = new BuildScript(folder, projects);
        File.WriteAllText(script.EntryPath, script.Entry());
        File.WriteAllText(script.TargetsPath, script.Targets(string.Join(';', ruleIds)));

        // A project is recompiled when any file it imports is newer than its output: this one must not be.
        File.SetLastWriteTimeUtc(script.TargetsPath, new System.DateTime(2000, 1, 1, 0, 0, 0, System.DateTimeKind.Utc));
        return script;
    }

    /// <summary>The SARIF logs of a project, one for each target framework.</summary>
    public IReadOnlyList<string> Logs(string project) => Files(project, "sarif");

    /// <summary>The descriptions of a project's output, one for each target framework.</summary>
    public IReadOnlyList<string> Descriptions(string project) => Files(project, "txt");

    private string[] Files(string project, string extension) =>
        [.. Directory.GetFiles(_folder, $"{IndexOf(project)}.*.{extension}").Order(System.StringComparer.Ordinal)];

    private int IndexOf(string project) => _projects.ToList().IndexOf(project);

    private string Entry()
    {
        var text = new StringBuilder("<Project DefaultTargets=\"Build\">\n  <ItemGroup>\n");
        foreach (string project in _projects)
        {
            text.Append($"    <Selected Include=\"{Escape(project)}\" />\n");
        }

        return text.Append("""
              </ItemGroup>
              <Target Name="Restore">
                <!-- While restoring, MSBuild overlooks missing imports; the build reports them. -->
                <MSBuild Projects="@(Selected)" Targets="Restore" SkipNonexistentTargets="true" />
              </Target>
              <Target Name="Build">
                <MSBuild Projects="@(Selected)" Targets="Build" BuildInParallel="true" ContinueOnError="ErrorAndContinue" />
              </Target>
            </Project>
            """).ToString();
    }

    private string Targets(string ruleIds)
    {
        var text = new StringBuilder("<Project>\n");
        text.Append($"  <PropertyGroup>\n    <WarningsNotAsErrors>$(WarningsNotAsErrors);{ruleIds}</WarningsNotAsErrors>\n  </PropertyGroup>\n");
        foreach (string project in _projects)
        {
            string stem = Escape(Path.Combine(_folder, $"{IndexOf(project)}."));
            text.Append($"""
                  <PropertyGroup Condition="'$(MSBuildProjectFullPath)' == '{Escape(project)}'">
                    <IrqSafetyStem>{stem}$(TargetFramework)</IrqSafetyStem>
                  </PropertyGroup>

                """);
        }

        return text.Append("""
              <PropertyGroup Condition="'$(IrqSafetyStem)' != '' and '$(RunAnalyzers)' != 'false'">
                <ErrorLog>$(IrqSafetyStem).sarif,version=2.1</ErrorLog>
              </PropertyGroup>
              <ItemGroup Condition="'$(IrqSafetyStem)' != '' and '$(RunAnalyzers)' != 'false'">
                <CustomAdditionalCompileOutputs Include="$(IrqSafetyStem).sarif" />
              </ItemGroup>
              <Target Name="IrqSafetyDescribeOutput" AfterTargets="Build" Condition="'$(IrqSafetyStem)' != '' and '$(TargetFramework)' != ''">
                <ItemGroup>
                  <IrqSafetyLine Include="assembly=$(TargetPath)" />
                  <IrqSafetyLine Include="deps=$(ProjectDepsFilePath)" />
                  <IrqSafetyLine Include="runtimeconfig=$(ProjectRuntimeConfigFilePath)" />
                  <IrqSafetyLine Include="framework=$(TargetFramework)" />
                  <IrqSafetyLine Include="packages=$(NuGetPackageRoot)" />
                  <IrqSafetyLine Include="@(ReferenceCopyLocalPaths->'reference=%(FullPath)')" />
                  <!-- A library does not copy its packages unless told to. -->
                  <IrqSafetyLine Include="@(ReferencePath->'reference=%(FullPath)')" />
                </ItemGroup>
                <WriteLinesToFile File="$(IrqSafetyStem).txt" Lines="@(IrqSafetyLine)" Overwrite="true" />
              </Target>
            </Project>
            """).ToString();
    }

    /// <summary>A path as MSBuild reads it literally.</summary>
    private static string Escape(string path)
    {
        var text = new StringBuilder();
        foreach (char letter in path)
        {
            text.Append("%*?@$();'".Contains(letter) ? $"%{(int)letter:X2}" : letter.ToString());
        }

        return SecurityElement.Escape(text.ToString());
    }
}
