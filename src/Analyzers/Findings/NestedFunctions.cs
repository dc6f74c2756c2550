using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.Analyzers.Findings;

/// <summary>
/// The lambdas and local functions of a member in the order in which the C# compiler numbers them: those of a scope as they stand, then those
/// of the scopes within it. A block is a scope of its own when it declares a variable, and so is the body of each function.
/// </summary>
internal static class NestedFunctions
{
    /// <summary>The functions.</summary>
    public static List<SyntaxNode> In(SyntaxNode member)
    {
        var numbered = new List<SyntaxNode>();
        Number(member, numbered);
        return numbered;
    }

    private static void Number(SyntaxNode scope, List<SyntaxNode> numbered)
    {
        var inner = new List<SyntaxNode>();
        foreach (SyntaxNode child in scope.ChildNodes())
        {
            Visit(child, numbered, inner);
        }

        foreach (SyntaxNode one in inner)
        {
            Number(one, numbered);
        }
    }

    private static void Visit(SyntaxNode node, List<SyntaxNode> numbered, List<SyntaxNode> inner)
    {
        if (IsFunction(node))
        {
            numbered.Add(node);
            inner.Add(node);
        }
        else if (IsScope(node))
        {
            inner.Add(node);
        }
        else
        {
            foreach (SyntaxNode child in node.ChildNodes())
            {
                Visit(child, numbered, inner);
            }
        }
    }

    private static bool IsFunction(SyntaxNode node) => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax;

    private static bool IsScope(SyntaxNode node) => node switch
    {
        // The body of a function is the function's scope.
        BlockSyntax { Parent: { } parent } block => !IsFunction(parent) && parent is not (BaseMethodDeclarationSyntax or AccessorDeclarationSyntax) && Declares(block),
        ForStatementSyntax { Declaration: not null } or CommonForEachStatementSyntax or UsingStatementSyntax or LockStatementSyntax => true,
        CatchClauseSyntax { Declaration.Identifier.RawKind: not (int)SyntaxKind.None } => true,
        SwitchStatementSyntax @switch => @switch.Sections.Any(section => section.Statements.Any(Declares)),
        _ => false,
    };

    private static bool Declares(SyntaxNode scope) => scope
        .DescendantNodes(node => node == scope || !(IsFunction(node) || node is BlockSyntax or ForStatementSyntax or CommonForEachStatementSyntax or UsingStatementSyntax or CatchClauseSyntax or SwitchStatementSyntax))
        .Any(node => node is SingleVariableDesignationSyntax || (node is VariableDeclaratorSyntax { Parent.Parent: not LocalDeclarationStatementSyntax { IsConst: true } } variable && !variable.Ancestors().TakeWhile(one => one != scope).Any(one => one is BlockSyntax or ForStatementSyntax or UsingStatementSyntax)));
}
