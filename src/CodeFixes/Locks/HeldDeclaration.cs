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
/// A <c>[RequiresHeld]</c> on the method around code that needs a lock: for a method that never takes the lock itself, that only calls run, and
/// whose callers can see the lock.
/// </summary>
internal static class HeldDeclaration
{
    /// <summary>The edit; null when the callers cannot be asked to hold the lock.</summary>
    public static SourceEdit? On(Occurrence occurrence, LockNeed need, ContractedCompilation contracts, CancellationToken cancellationToken)
    {
        SemanticModel model = occurrence.Model;
        if (need.Node.Ancestors().FirstOrDefault(one => one is MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) is not MethodDeclarationSyntax declaration
            || !declaration.StartsLine()
            || model.GetDeclaredSymbol(declaration, cancellationToken) is not { IsOverride: false, MethodKind: MethodKind.Ordinary, PartialDefinitionPart: null, PartialImplementationPart: null } method
            || contracts.Contracts.Of(method).RunsIn != Context.None
            || Implements(method) || IsHandedOver(method, contracts.Compilation, cancellationToken)
            || TakesIt(declaration, need, model, cancellationToken)
            || Expression(method, need, declaration, model, cancellationToken) is not { } expression
            || contracts.Contracts.Of(method).Locks.Any(effect => effect.Lock == expression)
            || Attributes.Find<RequiresHeldAttribute>(model.Compilation) is not { } attribute)
        {
            return null;
        }

        var arguments = new List<AttributeArgumentSyntax> { Attributes.Text(expression) };
        IEnumerable<LockNeed> needs = LockNeed.In(declaration, contracts, model, cancellationToken).Where(one => one.Text == need.Text);
        if (needs.All(one => one.Mode == LockMode.Shared) && IsRead(need.Type) && attribute.GetMembers(nameof(RequiresHeldAttribute.Mode)).OfType<IPropertySymbol>().FirstOrDefault() is { Type: INamedTypeSymbol modes } mode)
        {
            arguments.Add(Attributes.Named(mode.Name, SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, Imports.Type(modes), SyntaxFactory.IdentifierName(nameof(LockMode.Shared)))));
        }

        return new SourceEdit(occurrence.Document.Id, [((SyntaxNode)declaration, Attributes.Above(declaration, Attributes.Of(attribute, arguments), occurrence.Root.LineEnd()))]);
    }

    private static bool IsRead(INamedTypeSymbol type) => LockMembers.Of(type).Any(member => new ContractReader().Of(member).Locks.Any(effect => LockMembers.IsOwn(effect) && effect.Mode == LockMode.Shared));

    private static bool Implements(IMethodSymbol method) => method.ExplicitInterfaceImplementations.Length > 0
        || method.ContainingType.AllInterfaces.SelectMany(one => one.GetMembers(method.Name)).Any(member => SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(member), method));

    // What is stored or passed on may be called by anybody.
    private static bool IsHandedOver(IMethodSymbol method, Compilation compilation, CancellationToken cancellationToken) => compilation.SyntaxTrees.Any(tree =>
        tree.GetRoot(cancellationToken).DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == method.Name
            && (name.Parent is MemberAccessExpressionSyntax through && through.Name == name ? (ExpressionSyntax)through : name).Parent is not (InvocationExpressionSyntax or MemberAccessExpressionSyntax)
            && SymbolEqualityComparer.Default.Equals(compilation.GetSemanticModel(tree).GetSymbolInfo(name, cancellationToken).Symbol?.OriginalDefinition, method)));

    private static bool TakesIt(SyntaxNode declaration, LockNeed need, SemanticModel model, CancellationToken cancellationToken) => declaration.DescendantNodes().OfType<InvocationExpressionSyntax>()
        .Any(call => call.Expression is MemberAccessExpressionSyntax { Expression: var receiver } && LockCall.Of(call, model, cancellationToken) is not null
            && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(receiver, cancellationToken).Symbol, need.Lock));

    // The lock as a contract of the method names it: from the object, a parameter that stays what it is, or a type.
    private static string? Expression(IMethodSymbol method, LockNeed need, MethodDeclarationSyntax declaration, SemanticModel model, CancellationToken cancellationToken)
    {
        string text = need.Text.Replace("!", "");
        ExpressionSyntax first = SyntaxFactory.ParseExpression(text);
        var members = new List<ISymbol>();
        for (ExpressionSyntax path = first; ; path = ((MemberAccessExpressionSyntax)path).Expression)
        {
            if (path is ThisExpressionSyntax)
            {
                return IsVisible(members, method) ? text : null;
            }

            switch (model.GetSpeculativeSymbolInfo(need.Node.SpanStart, path, SpeculativeBindingOption.BindAsExpression).Symbol)
            {
                case IParameterSymbol parameter when path is IdentifierNameSyntax:
                    bool isSet = declaration.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(one => one.Left is IdentifierNameSyntax name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, parameter));
                    return !isSet && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, method) && IsVisible(members, method) ? text : null;
                case { IsStatic: true } member and (IFieldSymbol or IPropertySymbol):
                    members.Add(member);
                    return IsVisible(members, method) && path is IdentifierNameSyntax ? $"{member.ContainingType.Name}.{text}" : IsVisible(members, method) && path is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax } ? text : null;
                case { IsStatic: false } member and (IFieldSymbol or IPropertySymbol):
                    members.Add(member);
                    if (path is IdentifierNameSyntax)
                    {
                        return !method.IsStatic && IsVisible(members, method) ? $"this.{text}" : null;
                    }

                    break;
                default:
                    return null;
            }

            if (path is not MemberAccessExpressionSyntax)
            {
                return null;
            }
        }
    }

    // Whoever may call the method must be able to name the lock.
    private static bool IsVisible(IEnumerable<ISymbol> members, IMethodSymbol method) => members.All(member => Reach(member) == Accessibility.Public || Reach(member) == Reach(method) || Reach(method) == Accessibility.Private);

    private static Accessibility Reach(ISymbol symbol)
    {
        Accessibility least = Accessibility.Public;
        for (ISymbol? one = symbol; one is not null and not INamespaceSymbol; one = one.ContainingSymbol)
        {
            least = one.DeclaredAccessibility is not Accessibility.NotApplicable && one.DeclaredAccessibility < least ? one.DeclaredAccessibility : least;
        }

        return least;
    }
}
