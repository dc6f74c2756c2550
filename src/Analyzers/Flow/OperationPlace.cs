using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Flow;

/// <summary>
/// Where an operation stands and what rules ask of it: all that is kept of it once its body was followed. An operation holds all that the compiler knows of its file.
/// </summary>
/// <param name="Syntax">The code.</param>
/// <param name="Use">How it is used.</param>
internal readonly record struct OperationPlace(SyntaxNode Syntax, OperationUse Use)
{
    /// <summary>True for what is written nowhere.</summary>
    public bool IsImplicit => (Use & OperationUse.Implicit) != 0;

    /// <summary>True for a call, and for making an object that is more than its value.</summary>
    public bool Runs => (Use & OperationUse.Runs) != 0;

    /// <summary>True when it is assigned to, and so not read.</summary>
    public bool IsAssigned => (Use & OperationUse.Assigned) != 0;

    /// <summary>True when its value goes nowhere.</summary>
    public bool IsDiscarded => (Use & OperationUse.Discarded) != 0;

    /// <summary>True for a call on the instance that the body runs on.</summary>
    public bool IsOnThis => (Use & OperationUse.OnThis) != 0;

    /// <summary>Of an operation.</summary>
    public static OperationPlace Of(IOperation operation)
    {
        OperationUse use = operation.IsImplicit ? OperationUse.Implicit : OperationUse.None;
        use |= operation switch
        {
            IInvocationOperation { Instance: IInstanceReferenceOperation } => OperationUse.Runs | OperationUse.OnThis,
            IInvocationOperation or IObjectCreationOperation { Type.IsReferenceType: true } => OperationUse.Runs,
            _ => OperationUse.None,
        };
        use |= operation.Parent switch
        {
            IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } => OperationUse.Discarded,
            ISimpleAssignmentOperation assignment when assignment.Target == operation => OperationUse.Assigned,
            _ => OperationUse.None,
        };
        return new OperationPlace(operation.Syntax, use);
    }
}

/// <summary>How an operation is used.</summary>
[Flags]
internal enum OperationUse : byte
{
    /// <summary>As any other.</summary>
    None = 0,

    /// <summary>It is written nowhere.</summary>
    Implicit = 1,

    /// <summary>It calls something, or makes an object.</summary>
    Runs = 2,

    /// <summary>It is assigned to.</summary>
    Assigned = 4,

    /// <summary>Its value goes nowhere.</summary>
    Discarded = 8,

    /// <summary>It is called on the instance that the body runs on.</summary>
    OnThis = 16,
}
