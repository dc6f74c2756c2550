using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Findings;

/// <summary>
/// The calls of a body in the order in which the C# compiler emits them, which is how a site is numbered: a loop's condition comes after its
/// body, the second branch of <c>?:</c> before the first, a disposal where its scope ends. Bodies of lambdas and local functions are bodies of
/// their own.
/// </summary>
internal sealed class EmissionOrder
{
    private readonly List<(SyntaxNode Syntax, IMethodSymbol Method)> _calls = [];

    private EmissionOrder()
    {
    }

    /// <summary>The calls under an operation.</summary>
    public static IReadOnlyList<(SyntaxNode Syntax, IMethodSymbol Method)> Of(IOperation root)
    {
        var order = new EmissionOrder();
        if (root is IAnonymousFunctionOperation lambda)
        {
            order.Visit(lambda.Body);
        }
        else if (root is ILocalFunctionOperation function)
        {
            order.Visit(function.Body);
        }
        else
        {
            order.Visit(root);
        }

        return order._calls;
    }

    private void Visit(IOperation? operation)
    {
        switch (operation)
        {
            case null or IAnonymousFunctionOperation or ILocalFunctionOperation or INameOfOperation:
                break;
            case IBlockOperation block:
                VisitStatements(block.Operations);
                break;
            case IWhileLoopOperation { ConditionIsTop: true } loop:
                Visit(loop.Body);
                Visit(loop.Condition);
                break;
            case IForLoopOperation loop:
                VisitAll(loop.Before);
                Visit(loop.Body);
                VisitAll(loop.AtLoopBottom);
                Visit(loop.Condition);
                break;
            case IConditionalOperation { WhenFalse: { } otherwise, Type: not null } choice when choice.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.ConditionalExpressionSyntax:
                Visit(choice.Condition);
                Visit(otherwise);
                Visit(choice.WhenTrue);
                break;
            case IUsingOperation use:
                Visit(use.Resources);
                Visit(use.Body);
                AddDisposals(use.Resources);
                break;
            case IInvocationOperation call:
                VisitAll(call.ChildOperations);
                Add(call.Syntax, call.TargetMethod);
                break;
            case IObjectCreationOperation { Constructor: { } constructor } creation:
                VisitAll(creation.Arguments);
                Add(creation.Syntax, constructor);
                Visit(creation.Initializer);
                break;
            case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.SetMethod: { } setter } target } assignment:
                Visit(target.Instance);
                VisitAll(target.Arguments);
                Visit(assignment.Value);
                Add(target.Syntax, setter);
                break;
            case ICompoundAssignmentOperation { Target: IPropertyReferenceOperation target } compound:
                VisitReadModifyWrite(target, compound.Value, compound.OperatorMethod, compound.Syntax);
                break;
            case IIncrementOrDecrementOperation { Target: IPropertyReferenceOperation target } increment:
                VisitReadModifyWrite(target, null, increment.OperatorMethod, increment.Syntax);
                break;
            case IPropertyReferenceOperation { Property.GetMethod: { } getter } property:
                VisitAll(property.ChildOperations);
                Add(property.Syntax, getter);
                break;
            case IConversionOperation { OperatorMethod: { } converter } conversion:
                Visit(conversion.Operand);
                Add(conversion.Syntax, converter);
                break;
            case IBinaryOperation { OperatorMethod: { } @operator } binary:
                VisitAll(binary.ChildOperations);
                Add(binary.Syntax, @operator);
                break;
            case IUnaryOperation { OperatorMethod: { } @operator } unary:
                VisitAll(unary.ChildOperations);
                Add(unary.Syntax, @operator);
                break;
            default:
                VisitAll(operation.ChildOperations);
                break;
        }
    }

    // using var g = …; disposes where the block ends, in reverse order.
    private void VisitStatements(IEnumerable<IOperation> statements)
    {
        var open = new Stack<IOperation>();
        foreach (IOperation statement in statements)
        {
            Visit(statement);
            if (statement is IUsingDeclarationOperation declaration)
            {
                open.Push(declaration.DeclarationGroup);
            }
        }

        while (open.Count > 0)
        {
            AddDisposals(open.Pop());
        }
    }

    private void AddDisposals(IOperation resources)
    {
        IEnumerable<IVariableDeclaratorOperation> variables = resources.DescendantsAndSelf().OfType<IVariableDeclaratorOperation>().Reverse();
        bool any = false;
        foreach (IVariableDeclaratorOperation variable in variables)
        {
            any = true;
            AddDisposal(variable.Syntax, variable.Symbol.Type);
        }

        if (!any)
        {
            AddDisposal(resources.Syntax, resources.Type);
        }
    }

    private void AddDisposal(SyntaxNode syntax, ITypeSymbol? type)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (current.GetMembers("Dispose").OfType<IMethodSymbol>().FirstOrDefault(method => method.Parameters.IsEmpty) is { } dispose)
            {
                Add(syntax, dispose);
                return;
            }
        }
    }

    private void VisitReadModifyWrite(IPropertyReferenceOperation target, IOperation? value, IMethodSymbol? @operator, SyntaxNode syntax)
    {
        VisitAll(target.ChildOperations);
        Add(target.Syntax, target.Property.GetMethod);
        Visit(value);
        Add(syntax, @operator);
        Add(target.Syntax, target.Property.SetMethod);
    }

    private void VisitAll(IEnumerable<IOperation> operations)
    {
        foreach (IOperation operation in operations)
        {
            Visit(operation);
        }
    }

    private void Add(SyntaxNode syntax, IMethodSymbol? method)
    {
        if (method is not null)
        {
            _calls.Add((syntax, Contracts.ContractReader.Definition(method)));
        }
    }
}
