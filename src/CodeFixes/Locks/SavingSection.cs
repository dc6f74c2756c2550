using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Locks;

/// <summary>
/// A section that is to be taken with interrupts off and to put them back as they were. A guard takes its other form; of a pair, the call that takes
/// the lock gives the flags and each release in its block restores them.
/// </summary>
internal static class SavingSection
{
    private const string Flags = "flags";

    /// <summary>The edit for the section that this call begins; null when it is not certain where it ends, or that interrupts may be off in it.</summary>
    public static SourceEdit? From(InvocationExpressionSyntax call, Occurrence occurrence, CancellationToken cancellationToken)
    {
        SemanticModel model = occurrence.Model;
        if (LockCall.Of(call, model, cancellationToken) is not { Takes: true } taken || taken.Flavour == Flavour.IrqSave || taken.Lock is null
            || taken.In(Flavour.IrqSave) is not { } saving || MemberOf(call) is not { } member || NeedsInterrupts(member, taken, model, cancellationToken))
        {
            return null;
        }

        IReadOnlyList<(SyntaxNode, SyntaxNode)>? changes = taken.Contract.Guard is not null
            ? Guard(taken, saving)
            : Pair(taken, saving, member, model, cancellationToken);
        return changes is null ? null : new SourceEdit(occurrence.Document.Id, changes);
    }

    private static IReadOnlyList<(SyntaxNode, SyntaxNode)>? Guard(LockCall taken, IMethodSymbol saving)
    {
        SimpleNameSyntax name = taken.Call.CalledName()!;
        var changes = new List<(SyntaxNode, SyntaxNode)> { (name, Renamed(name, saving.Name)) };

        // A variable that is declared with the guard's type changes with it; one that is declared elsewhere cannot.
        switch (taken.Call.Parent)
        {
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax declaration } }:
                if (declaration.Variables.Count > 1)
                {
                    return null;
                }

                AddType(changes, declaration.Type, saving.ReturnType);
                break;
            case AssignmentExpressionSyntax or ArgumentSyntax or ReturnStatementSyntax or ArrowExpressionClauseSyntax:
                return null;
        }

        foreach (ArgumentSyntax argument in taken.Call.ArgumentList.Arguments)
        {
            if (argument.Expression is not DeclarationExpressionSyntax declared || saving.Parameters.FirstOrDefault(parameter => parameter.RefKind == RefKind.Out) is not { } guard)
            {
                return null;
            }

            AddType(changes, declared.Type, guard.Type);
        }

        return changes;
    }

    private static IReadOnlyList<(SyntaxNode, SyntaxNode)>? Pair(LockCall taken, IMethodSymbol saving, SyntaxNode member, SemanticModel model, CancellationToken cancellationToken)
    {
        List<LockCall> others = [.. taken.OthersOn(member, model, cancellationToken)];
        StatementSyntax? statement = taken.Effect.Action == LockAction.TryAcquire
            ? taken.Call.FirstAncestorOrSelf<IfStatementSyntax>(one => one.Condition.Contains(taken.Call))
            : taken.Call.Parent as ExpressionStatementSyntax;
        if (statement?.Parent is not BlockSyntax block || others.Exists(other => other.Takes) || others.Count == 0
            || taken.ReleaseIn(Flavour.IrqSave) is not { Parameters.Length: 1 } restoring
            || !others.TrueForAll(other => block.Contains(other.Call) && other.Call.SpanStart > taken.Call.SpanStart && MemberOf(other.Call) == member && other.Flavour != Flavour.IrqSave && other.Contract.PartOf is null && other.Call.ArgumentList.Arguments.Count == 0))
        {
            return null;
        }

        ITypeSymbol type = restoring.Parameters[0].Type;
        if (type is not INamedTypeSymbol flagsType || FreeName(taken, member, model, cancellationToken) is not { } flags)
        {
            return null;
        }

        var changes = new List<(SyntaxNode, SyntaxNode)> { Taking(taken, saving, statement, flagsType, flags) };
        foreach (LockCall release in others)
        {
            InvocationExpressionSyntax restored = release.Call
                .ReplaceNode(release.Call.CalledName()!, Renamed(release.Call.CalledName()!, restoring.Name))
                .WithArgumentList(SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(SyntaxFactory.IdentifierName(flags)))).WithTriviaFrom(release.Call.ArgumentList));
            changes.Add((release.Call, restored));
        }

        return changes;
    }

    private static (SyntaxNode, SyntaxNode) Taking(LockCall taken, IMethodSymbol saving, StatementSyntax statement, INamedTypeSymbol flagsType, string flags)
    {
        SimpleNameSyntax name = taken.Call.CalledName()!;
        InvocationExpressionSyntax call = taken.Call.ReplaceNode(name, Renamed(name, saving.Name));
        TypeSyntax type = Imports.Type(flagsType).WithTrailingTrivia(SyntaxFactory.Space);
        if (taken.Effect.Action == LockAction.TryAcquire)
        {
            ArgumentSyntax declared = SyntaxFactory.Argument(
                nameColon: null,
                SyntaxFactory.Token(SyntaxKind.OutKeyword).WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxFactory.DeclarationExpression(type, SyntaxFactory.SingleVariableDesignation(SyntaxFactory.Identifier(flags))));
            return (taken.Call, call.WithArgumentList(SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(declared)).WithTriviaFrom(call.ArgumentList)));
        }

        VariableDeclaratorSyntax variable = SyntaxFactory.VariableDeclarator(flags).WithIdentifier(SyntaxFactory.Identifier(flags).WithTrailingTrivia(SyntaxFactory.Space))
            .WithInitializer(SyntaxFactory.EqualsValueClause(SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space), call.WithoutTrivia()));
        LocalDeclarationStatementSyntax declaration = SyntaxFactory.LocalDeclarationStatement(
                SyntaxFactory.VariableDeclaration(type, SyntaxFactory.SingletonSeparatedList(variable)))
            .WithSemicolonToken(((ExpressionStatementSyntax)statement).SemicolonToken)
            .WithLeadingTrivia(statement.GetLeadingTrivia());
        return (statement, declaration);
    }

    // Several sections of a member may be changed together, so where it takes other locks the name says which lock the flags are of.
    private static string? FreeName(LockCall taken, SyntaxNode member, SemanticModel model, CancellationToken cancellationToken)
    {
        HashSet<string> used = [.. member.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText)];
        bool alone = !member.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => call != taken.Call && LockCall.Of(call, model, cancellationToken) is { Takes: true });
        if (alone && !used.Contains(Flags))
        {
            return Flags;
        }

        string name = taken.Lock!.Substring(taken.Lock.LastIndexOf('.') + 1).TrimStart('_', '@') + "Flags";
        name = char.ToLowerInvariant(name[0]) + name.Substring(1);
        return SyntaxFacts.IsValidIdentifier(name) && !used.Contains(name) ? name : null;
    }

    // With interrupts off, what needs them on is illegal; and what turns them on ends the section's protection.
    private static bool NeedsInterrupts(SyntaxNode member, LockCall taken, SemanticModel model, CancellationToken cancellationToken)
    {
        var contracts = new ContractReader();
        return member.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call =>
            call != taken.Call && model.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol method
            && contracts.Of(ContractReader.Definition(method)) is var contract
            && ((contract.RequiresUnmasked & Mask.Irq) != 0 || contract.WaitsForCpus is not null || (contract.Locks.Count == 0 && contract.SetsMask.Any(change => !change.Masked && (change.Mask & Mask.Irq) != 0))));
    }

    private static void AddType(List<(SyntaxNode, SyntaxNode)> changes, TypeSyntax written, ITypeSymbol type)
    {
        if (!written.IsVar && type is INamedTypeSymbol named)
        {
            changes.Add((written, Imports.Type(named).WithTriviaFrom(written)));
        }
    }

    private static SyntaxNode? MemberOf(SyntaxNode node) => node.Ancestors().FirstOrDefault(one => one is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or PropertyDeclarationSyntax);

    private static SimpleNameSyntax Renamed(SimpleNameSyntax name, string identifier) => name.WithIdentifier(SyntaxFactory.Identifier(identifier).WithTriviaFrom(name.Identifier));
}
