using Microsoft.CodeAnalysis.Diagnostics;

namespace IrqSafety.Analyzers.Rules;

/// <summary>
/// Base of every analyzer: concurrent, analysing generated code without reporting in it, and registering nothing where there is neither a
/// contract attribute nor a contract file, or the source names nothing that can have a contract.
/// </summary>
public abstract class IrqAnalyzer : DiagnosticAnalyzer
{
    private protected IrqAnalyzer()
    {
    }

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze);
        Microsoft.CodeAnalysis.DiagnosticSeverity heard = context.MinimumReportedSeverity;
        context.RegisterCompilationStartAction(start =>
        {
            CompilationAnalysis analysis = CompilationAnalysis.Of(start.Compilation, start.Options, heard);
            if (analysis.Contracts is not null)
            {
                Register(start, analysis);
            }
        });
    }

    private protected abstract void Register(CompilationStartAnalysisContext context, CompilationAnalysis analysis);
}
