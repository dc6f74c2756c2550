using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.CodeFixes.Deferral;

/// <summary>
/// A call that means the same when it is made later: it is made on and with nothing but the object, its fields, static members and constants.
/// Locals and parameters are gone by then, and the value of a field that is passed may be another.
/// </summary>
internal sealed class DeferredCall
{
    private readonly List<SyntaxNode> _uses = [];
    private readonly CancellationToken _cancellationToken;
    private bool _later = true;

    private DeferredCall(ExpressionSyntax call, CancellationToken cancellationToken)
    {
        Call = call;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The call as it stands.</summary>
    public ExpressionSyntax Call { get; }

    /// <summary>The field that it is made on, or null.</summary>
    public IFieldSymbol? Receiver { get; private set; }

    /// <summary>True when it needs the object.</summary>
    public bool UsesObject => _uses.Count > 0;

    /// <summary>The call, or null when it cannot be made later.</summary>
    public static DeferredCall? Read(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken)
    {
        if (expression.IsPartedByDirective() || model.GetOperation(expression, cancellationToken) is not { } operation)
        {
            return null;
        }

        var call = new DeferredCall(expression, cancellationToken);
        call.ReadCall(operation);
        return call._later ? call : null;
    }

    /// <summary>The call on the object that goes by <paramref name="name"/>.</summary>
    public ExpressionSyntax On(string name)
    {
        ExpressionSyntax on = Call.ReplaceNodes(_uses, (use, _) => use is ThisExpressionSyntax
            ? SyntaxFactory.IdentifierName(name).WithTriviaFrom(use)
            : SyntaxFactory.MemberAccessExpression(
                SyntaxKind.SimpleMemberAccessExpression,
                SyntaxFactory.IdentifierName(name),
                ((SimpleNameSyntax)use).WithoutTrivia()).WithTriviaFrom(use)).WithoutTrivia();
        bool hasComment = on.DescendantTrivia().Any(trivia => !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia));
        return hasComment || !on.DescendantTrivia().Any(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)) ? on : on.NormalizeWhitespace();
    }

    /// <summary>True when the name stands for something in the call already.</summary>
    public bool Mentions(string name) => Call.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name);

    private void ReadCall(IOperation operation)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        switch (operation)
        {
            case IConditionalAccessOperation access:
                ReadReceiver(access.Operation);
                ReadCall(access.WhenNotNull);
                break;
            case IInvocationOperation invocation when !invocation.TargetMethod.TypeArguments.Any(DependsOnMethod):
                if (invocation.Instance is { } instance and not IConditionalAccessInstanceOperation)
                {
                    ReadReceiver(instance);
                }

                foreach (IArgumentOperation argument in invocation.Arguments)
                {
                    ReadArgument(argument, invocation.TargetMethod.IsExtensionMethod);
                }

                break;
            default:
                _later = false;
                break;
        }
    }

    private void ReadReceiver(IOperation operation)
    {
        if (operation is IFieldReferenceOperation field)
        {
            Receiver ??= field.Field;
        }

        Read(operation, mayChange: true);
    }

    private void ReadArgument(IArgumentOperation argument, bool isExtension)
    {
        if (argument.ArgumentKind == ArgumentKind.DefaultValue)
        {
            return;
        }

        if (argument.ArgumentKind != ArgumentKind.Explicit || argument.Parameter is not { RefKind: RefKind.None or RefKind.In } parameter)
        {
            _later = false;
        }
        else if (isExtension && parameter.Ordinal == 0)
        {
            ReadReceiver(argument.Value);
        }
        else
        {
            Read(argument.Value, mayChange: false);
        }
    }

    private void Read(IOperation operation, bool mayChange)
    {
        switch (operation)
        {
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance, Syntax: ThisExpressionSyntax or SimpleNameSyntax } use:
                _uses.Add(use.Syntax);
                break;
            case IFieldReferenceOperation field when mayChange || field.Field.IsReadOnly || field.Field.IsConst:
                ReadOwner(field.Instance);
                break;
            case IPropertyReferenceOperation property when IsStored(property.Property) && (mayChange || property.Property.SetMethod is null or { IsInitOnly: true }):
                ReadOwner(property.Instance);
                break;
            case IConversionOperation { OperatorMethod: null } conversion:
                Read(conversion.Operand, mayChange);
                break;
            case ILiteralOperation or IDefaultValueOperation or INameOfOperation or ITypeOfOperation:
                break;
            case IUnaryOperation { OperatorMethod: null } unary:
                Read(unary.Operand, mayChange: false);
                break;
            case IBinaryOperation { OperatorMethod: null } binary:
                Read(binary.LeftOperand, mayChange: false);
                Read(binary.RightOperand, mayChange: false);
                break;
            default:
                _later = false;
                break;
        }
    }

    private void ReadOwner(IOperation? instance)
    {
        if (instance is not null)
        {
            Read(instance, mayChange: true);
        }
    }

    // A property that computes its value may give another one later, and do more than give it.
    private static bool IsStored(IPropertySymbol property) =>
        property is { IsIndexer: false, IsVirtual: false, IsOverride: false, IsAbstract: false } && property.IsAutomatic();

    private static bool DependsOnMethod(ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol parameter => parameter.TypeParameterKind == TypeParameterKind.Method,
        IArrayTypeSymbol array => DependsOnMethod(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.Any(DependsOnMethod),
        _ => false,
    };
}
