using System.Globalization;
using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Contracts.Files;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Fixing;

/// <summary>One diagnostic in the document it is reported in, with what a fix needs to look at it.</summary>
/// <param name="Document">The document.</param>
/// <param name="Root">Its syntax.</param>
/// <param name="Model">Its meaning.</param>
/// <param name="Diagnostic">The diagnostic.</param>
public sealed record Occurrence(Document Document, SyntaxNode Root, SemanticModel Model, Diagnostic Diagnostic)
{
    /// <summary>The innermost node that the diagnostic is reported on.</summary>
    public SyntaxNode Node => Root.FindNode(Diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);

    /// <summary>The call that the diagnostic is reported on, or null when it is not on a call.</summary>
    public InvocationExpressionSyntax? Invocation => Node.FirstAncestorOrSelf<InvocationExpressionSyntax>();

    /// <summary>What the rule knew, by the names in <see cref="Rules.FixProperties"/>; null when it did not.</summary>
    public string? Property(string name) => Diagnostic.Properties.TryGetValue(name, out string? value) ? value : null;

    /// <summary>The place in the same file that a property tells; null when it does not.</summary>
    public SyntaxToken? TokenAt(string property) =>
        int.TryParse(Property(property), NumberStyles.Integer, CultureInfo.InvariantCulture, out int start) && Root.FullSpan.Contains(start) ? Root.FindToken(start) : null;

    /// <summary>The call that begins there; null when there is none.</summary>
    public InvocationExpressionSyntax? CallAt(string property) =>
        TokenAt(property) is { } token ? token.Parent?.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().LastOrDefault(call => call.SpanStart == token.SpanStart) : null;

    /// <summary>The contracts, as the rules read them: with the contract files of the project.</summary>
    internal ContractReader Contracts(CancellationToken cancellationToken) =>
        new(new ContractSource(Model.Compilation, ContractFiles.Of(Document.Project.AnalyzerOptions.AdditionalFiles, cancellationToken)));
}
