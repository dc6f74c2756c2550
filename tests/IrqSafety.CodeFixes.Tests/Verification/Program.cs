using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Contracts;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Xunit;

namespace IrqSafety.CodeFixes.Tests.Verification;

/// <summary>A program of one or more projects of source files, each compiled against the kernel of the tests.</summary>
internal sealed class Program
{
    private static readonly ImmutableArray<MetadataReference> s_references =
        TestCompilation.References(withModel: false).Add(MetadataReference.CreateFromFile(typeof(Context).Assembly.Location));

    // Marks carry no ID: a program is given to one fix.
    private const string UnderTest = "IRQ";

    private Program(Solution solution, IReadOnlyList<(DocumentId Document, Markup Markup)> files)
    {
        Solution = solution;
        Files = files;
    }

    public Solution Solution { get; }

    public IReadOnlyList<(DocumentId Document, Markup Markup)> Files { get; }

    /// <summary>One project of these files.</summary>
    public static Program Of(params string[] sources) => Of([sources]);

    /// <summary>Several projects, each refers to those before it.</summary>
    public static Program Of(IReadOnlyList<string[]> projects)
    {
        var workspace = new AdhocWorkspace();
        Solution solution = workspace.CurrentSolution;
        ProjectId kernel = ProjectId.CreateNewId();
        solution = AddProject(solution, kernel, "Kernel").AddDocument(DocumentId.CreateNewId(kernel), "Kernel.cs", Kernel.Source);
        var files = new List<(DocumentId, Markup)>();
        var before = new List<ProjectId> { kernel };
        for (int p = 0; p < projects.Count; p++)
        {
            var project = ProjectId.CreateNewId();
            solution = AddProject(solution, project, $"P{p}").AddProjectReferences(project, before.Select(id => new ProjectReference(id)));
            for (int f = 0; f < projects[p].Length; f++)
            {
                DocumentId document = DocumentId.CreateNewId(project);
                Markup markup = Markup.Parse(projects[p][f], UnderTest);
                solution = solution.AddDocument(document, $"F{f}.cs", markup.Code, filePath: $"/p{p}/F{f}.cs");
                files.Add((document, markup));
            }

            before.Add(project);
        }

        return new Program(solution, files);
    }

    /// <summary>Fails when some project of the solution does not compile.</summary>
    public static async Task AssertCompilesAsync(Solution solution, CancellationToken cancellationToken)
    {
        foreach (Project project in solution.Projects)
        {
            Compilation compilation = (await project.GetCompilationAsync(cancellationToken))!;
            string[] errors = [.. compilation.GetDiagnostics(cancellationToken).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(error => error.ToString())];
            Assert.True(errors.Length == 0, string.Join(Environment.NewLine, errors));
        }
    }

    private static Solution AddProject(Solution solution, ProjectId id, string name) => solution.AddProject(ProjectInfo.Create(
        id,
        VersionStamp.Default,
        name,
        name,
        LanguageNames.CSharp,
        compilationOptions: TestCompilation.Options,
        parseOptions: TestCompilation.ParseOptions,
        metadataReferences: s_references));
}
