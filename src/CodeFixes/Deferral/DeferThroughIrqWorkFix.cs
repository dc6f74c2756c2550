using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.CodeFixes.Deferral;

/// <summary>
/// Queues the operation as <c>irq_work</c>, which runs it as an ordinary interrupt as soon as the interrupted code has interrupts on. Not
/// offered when its result is used, when it needs what is gone by then, or when it is not legal in an interrupt either.
/// </summary>
public abstract class DeferThroughIrqWorkFix : EditingFix<WorkItem>
{
    private static readonly string[] s_objectNames = ["self", "owner", "instance"];

    /// <summary>The fix of the rule with this ID.</summary>
    protected DeferThroughIrqWorkFix(string ruleId)
        : base(ruleId)
    {
    }

    /// <inheritdoc/>
    protected sealed override Task<WorkItem?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) =>
        Task.FromResult(FindEdit(occurrence, cancellationToken));

    /// <inheritdoc/>
    protected sealed override Task ApplyAsync(SolutionEditor editor, IReadOnlyList<WorkItem> edits, CancellationToken cancellationToken) =>
        new WorkItems(editor, cancellationToken).AddAsync(edits);

    private static WorkItem? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        SemanticModel model = occurrence.Model;
        ContractReader contracts = occurrence.Contracts(cancellationToken);
        if (occurrence.Invocation is not { } invocation ||
            ((CSharpParseOptions)invocation.SyntaxTree.Options).LanguageVersion < LanguageVersion.CSharp9 ||
            model.GetOperation(invocation, cancellationToken) is not IInvocationOperation operation ||
            !InterruptLegality.Holds(operation, contracts) ||
            UnusedExpression(invocation, model, cancellationToken) is not { } expression ||
            invocation.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } part ||
            part is not (ClassDeclarationSyntax or RecordDeclarationSyntax { ClassOrStructKeyword.RawKind: not (int)SyntaxKind.StructKeyword }) ||
            model.GetDeclaredSymbol(part, cancellationToken) is not INamedTypeSymbol owner ||
            DeferredCall.Read(expression, model, cancellationToken) is not { } call ||
            s_objectNames.FirstOrDefault(name => !call.Mentions(name)) is not { } self ||
            DeferredWorkType.Find(model.Compilation, owner, call.UsesObject, contracts) is not { } work)
        {
            return null;
        }

        var item = new WorkItem(occurrence.Document.Id, expression, part, owner, work.For(owner), work.Queue, call.On(self), call.UsesObject, self)
        {
            TypeArguments = call.UsesObject ? [owner.ToMinimalDisplayString(model, part.OpenBraceToken.Span.End)] : [],
            Names = WorkItemNames.For(operation.TargetMethod.Name, call.Receiver, owner, model, invocation.SpanStart, cancellationToken),
            Beside = FieldBeside(part, call.Receiver, work, model, cancellationToken),
        };
        return item with { Existing = ExistingWork.For(item, model, cancellationToken) };
    }

    // The call itself, or the whole of "receiver?.Call()", where nothing is done with its result.
    private static ExpressionSyntax? UnusedExpression(InvocationExpressionSyntax invocation, SemanticModel model, CancellationToken cancellationToken)
    {
        ExpressionSyntax expression = invocation.Parent is ConditionalAccessExpressionSyntax access && access.WhenNotNull == invocation ? access : invocation;
        return expression.Parent switch
        {
            ExpressionStatementSyntax => expression,
            ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax or LocalFunctionStatementSyntax } arrow
                when model.GetDeclaredSymbol(arrow.Parent!, cancellationToken) is IMethodSymbol { ReturnsVoid: true } => expression,
            _ => null,
        };
    }

    // Beside the field it works on, behind the work items that are there already; else beside the type's other fields.
    private static FieldDeclarationSyntax? FieldBeside(TypeDeclarationSyntax part, IFieldSymbol? receiver, DeferredWorkType work, SemanticModel model, CancellationToken cancellationToken)
    {
        if (receiver?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken).FirstAncestorOrSelf<FieldDeclarationSyntax>() is not { } own || own.Parent != part)
        {
            return part.Members.OfType<FieldDeclarationSyntax>().LastOrDefault();
        }

        return part.Members.Skip(part.Members.IndexOf(own) + 1).TakeWhile(IsWork).OfType<FieldDeclarationSyntax>().LastOrDefault() ?? own;

        bool IsWork(MemberDeclarationSyntax member) =>
            member is FieldDeclarationSyntax field &&
            SymbolEqualityComparer.Default.Equals(model.GetTypeInfo(field.Declaration.Type, cancellationToken).Type?.OriginalDefinition, work.Type.OriginalDefinition);
    }
}
