using System.Linq;
using System.Threading;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.CodeFixes.Lines;

/// <summary>Whether a call can be written twice, that is, whether what it is called on and with gives the same value again and does nothing else.</summary>
internal static class RepeatableArguments
{
    /// <summary>True when every part of the call but the call itself only reads.</summary>
    public static bool AreIn(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken) =>
        model.GetOperation(call, cancellationToken) is IInvocationOperation operation &&
        !call.IsPartedByDirective() &&
        (operation.Instance is null || OnlyReads(operation.Instance)) &&
        operation.Arguments.All(argument => argument.Parameter?.RefKind is RefKind.None or RefKind.In && OnlyReads(argument.Value));

    private static bool OnlyReads(IOperation operation) => operation switch
    {
        ILiteralOperation or IInstanceReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation or ILocalReferenceOperation
            or IParameterReferenceOperation or IArrayElementReferenceOperation or IConversionOperation or IBinaryOperation or IDefaultValueOperation
            or IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus or UnaryOperatorKind.Plus or UnaryOperatorKind.BitwiseNegation or UnaryOperatorKind.Not }
            or IArgumentOperation => operation.ChildOperations.All(OnlyReads),
        _ => false,
    };
}
