using System.Linq;
using System.Threading;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Locks;

/// <summary>A release that becomes the one that belongs to how the lock was taken: its mode, its flavour and its flags.</summary>
internal static class MatchingRelease
{
    /// <summary>The edit; null when there is no such operation, or its flags are not to be had.</summary>
    public static SourceEdit? Of(LockCall taking, LockCall guilty, Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (taking.ReleaseIn(taking.Flavour) is not { } release)
        {
            return null;
        }

        ArgumentListSyntax arguments = SyntaxFactory.ArgumentList();
        if (release.Parameters.Length == 1)
        {
            if (FlagsOf(taking.Call, guilty.Call, occurrence.Model, cancellationToken) is not { } flags)
            {
                return null;
            }

            arguments = SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(SyntaxFactory.IdentifierName(flags))));
        }

        return new SourceEdit(occurrence.Document.Id, [(guilty.Call, Calling(guilty.Call, release, arguments.WithTriviaFrom(guilty.Call.ArgumentList)))]);
    }

    /// <summary>The variable that holds what taking the lock returned, where the release can use it and nothing else was put in it.</summary>
    private static string? FlagsOf(InvocationExpressionSyntax taking, InvocationExpressionSyntax release, SemanticModel model, CancellationToken cancellationToken)
    {
        if (taking.Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } || model.GetDeclaredSymbol(variable, cancellationToken) is not ILocalSymbol local)
        {
            return null;
        }

        bool isVisible = model.LookupSymbols(release.SpanStart, name: local.Name).Any(symbol => SymbolEqualityComparer.Default.Equals(symbol, local));
        bool isWritten = variable.FirstAncestorOrSelf<MemberDeclarationSyntax>()?.DescendantNodes().OfType<AssignmentExpressionSyntax>()
            .Any(assignment => assignment.Left is IdentifierNameSyntax name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, local)) ?? true;
        return isVisible && !isWritten ? local.Name : null;
    }

    /// <summary>The same call of another operation.</summary>
    public static InvocationExpressionSyntax Calling(InvocationExpressionSyntax call, IMethodSymbol method, ArgumentListSyntax arguments)
    {
        SimpleNameSyntax name = call.CalledName()!;
        return call.ReplaceNode(name, name.WithIdentifier(SyntaxFactory.Identifier(method.Name).WithTriviaFrom(name.Identifier))).WithArgumentList(arguments);
    }
}
