using System;
using System.Collections.Generic;
using System.Composition;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Masking;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Returns for a special INTID right after the acknowledge. Offered in a method that returns nothing, where the INTID is put in a variable of its own, and its
/// type says how to ask; not for what is let in before it was prepared.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0308TestSpecialFirstFix)), Shared]
public sealed class IRQ0308TestSpecialFirstFix() : EditingFix<MaskEdit>("IRQ0308")
{
    /// <inheritdoc/>
    protected override Task<MaskEdit?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) => Task.FromResult(FindEdit(occurrence, cancellationToken));

    /// <inheritdoc/>
    protected override async Task ApplyAsync(SolutionEditor editor, IReadOnlyList<MaskEdit> edits, CancellationToken cancellationToken)
    {
        foreach (MaskEdit edit in edits)
        {
            edit.Make(await editor.GetDocumentEditorAsync(edit.Document, cancellationToken).ConfigureAwait(false));
        }
    }

    private static MaskEdit? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (!int.TryParse(occurrence.Property(FixProperties.TakenAt), NumberStyles.Integer, CultureInfo.InvariantCulture, out int start)
            || occurrence.Root.FindToken(start).Parent?.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault(call => call.SpanStart == start) is not { } acknowledge
            || acknowledge.Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: BlockSyntax } statement } } variable }
            || occurrence.Model.GetTypeInfo(acknowledge, cancellationToken).Type is not { } type
            || type.GetMembers().OfType<IPropertySymbol>().FirstOrDefault(property => IsTest(property)) is not { } test
            || occurrence.Model.GetEnclosingSymbol(start, cancellationToken) is not IMethodSymbol { ReturnsVoid: true })
        {
            return null;
        }

        SyntaxTrivia lineEnd = occurrence.Root.LineEnd();
        string indentation = statement.LineIndentation();
        string step = statement.IndentationStep();
        string newLine = lineEnd.ToString();
        StatementSyntax check = SyntaxFactory.ParseStatement(
            $"{indentation}if ({variable.Identifier.ValueText}.{test.Name}){newLine}{indentation}{{{newLine}{indentation}{step}return;{newLine}{indentation}}}").WithTrailingTrivia(lineEnd, lineEnd);
        return new MaskEdit(occurrence.Document.Id, statement, [editor => editor.InsertAfter(statement, check)]);
    }

    private static bool IsTest(IPropertySymbol property) => property.Type.SpecialType == SpecialType.System_Boolean && property.GetAttributes().Any(attribute =>
        attribute.AttributeClass is { Name: "TestsSpecialIntIdAttribute", ContainingNamespace: { Name: "Contracts", ContainingNamespace.Name: "IrqSafety" } });
}
