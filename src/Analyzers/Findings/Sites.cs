using System.Globalization;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Findings;

/// <summary>The site of a call, the same from source as from the compiled method.</summary>
internal static class Sites
{
    /// <summary>The site of a call of <paramref name="target"/> in a body.</summary>
    public static Site Of(Body body, OperationPlace operation, IMethodSymbol target)
    {
        int ordinal = 0;
        bool found = false;
        foreach ((SyntaxNode syntax, IMethodSymbol method) in body.EmittedCalls)
        {
            if (SymbolEqualityComparer.Default.Equals(method, target))
            {
                if (syntax == operation.Syntax || (operation.IsImplicit && syntax.Span.Contains(operation.Syntax.Span)))
                {
                    found = true;
                    break;
                }

                ordinal++;
            }
        }

        return new Site(MemberOf(body), target.GetDocumentationCommentId() ?? target.Name, found ? ordinal : 0);
    }

    /// <summary>The site of an access: of the call of the cell's operation or the property's accessor, or of the reference to the field, numbered as it stands in the source.</summary>
    public static Site Of(DataEvent access)
    {
        if ((access.Accessor ?? AccessorOf(access)) is { } accessor)
        {
            return Of(access.Body, access.Operation, Contracts.ContractReader.Definition(accessor));
        }

        int ordinal = access.Body.References.Count(other => SymbolEqualityComparer.Default.Equals(other.Member, access.Member.OriginalDefinition) && other.Start < access.Operation.Syntax.SpanStart);
        return new Site(MemberOf(access.Body), access.Member.OriginalDefinition.GetDocumentationCommentId() ?? access.Member.Name, ordinal);
    }

    // What is read and written is read first.
    private static IMethodSymbol? AccessorOf(DataEvent access) =>
        access.Member is IPropertySymbol property
            ? access.Operation.IsAssigned ? property.SetMethod : property.GetMethod
            : null;

    /// <summary>The documentation ID of the member, with the number of the lambda or local function in it.</summary>
    public static string MemberOf(Body body)
    {
        string member = body.Owner switch
        {
            // An initialiser is compiled into the constructors of its type.
            IFieldSymbol or IPropertySymbol => $"M:{body.Owner.ContainingType.GetDocumentationCommentId()?.Substring(2)}.{(body.Owner.IsStatic ? "#cctor" : "#ctor")}",
            _ => body.Owner.OriginalDefinition.GetDocumentationCommentId() ?? body.Owner.Name,
        };
        return body.IsNested ? $"{member}~{NumberOf(body).ToString(CultureInfo.InvariantCulture)}" : member;
    }

    private static int NumberOf(Body body)
    {
        SyntaxNode function = body.Syntax;
        SyntaxNode? member = body.Owner.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax()).FirstOrDefault(syntax => syntax.SyntaxTree == function.SyntaxTree && syntax.Span.Contains(function.Span));
        int number = member is null ? -1 : NestedFunctions.In(member).IndexOf(function);
        return number < 0 ? 0 : number;
    }
}
