using IrqSafety.Analyzers.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A method, lambda or delegate that becomes a delegate of some type.</summary>
/// <param name="Operation">What is converted, as written.</param>
/// <param name="Source">What is called: the method or lambda, or the <c>Invoke</c> of the delegate type it had.</param>
/// <param name="Target">The delegate type it becomes.</param>
/// <param name="Place">The parameter, field or property it is handed to directly; null when it is none.</param>
internal sealed record DelegateConversion(IOperation Operation, IMethodSymbol Source, INamedTypeSymbol Target, ISymbol? Place)
{
    /// <summary>The conversion that makes a delegate; null when it makes one of the same type, or removes a handler.</summary>
    public static DelegateConversion? Of(IDelegateCreationOperation creation)
    {
        IMethodSymbol? source = creation.Target switch
        {
            IMethodReferenceOperation method => method.Method,
            IAnonymousFunctionOperation lambda => lambda.Symbol,
            { Type: INamedTypeSymbol { TypeKind: TypeKind.Delegate } type } when !SymbolEqualityComparer.Default.Equals(type, creation.Type) => type.DelegateInvokeMethod,
            _ => null,
        };
        return source is not null && creation.Type is INamedTypeSymbol { TypeKind: TypeKind.Delegate, DelegateInvokeMethod: not null } target && !IsRemoved(creation)
            ? new DelegateConversion(creation.Target, source, target, PlaceOf(creation))
            : null;
    }

    /// <summary>Where what is stored at the place runs; null when neither it nor the type says.</summary>
    public ContextRule? RunsIn(ContractReader contracts) => (Place is null ? null : contracts.RunsWhatIsStored(Place)) ?? contracts.RunsWhatIsStored(Target);

    private static bool IsRemoved(IOperation operation) => Outside(operation) is IEventAssignmentOperation { Adds: false };

    // What converts further, or chooses between several, hands on what it is given.
    private static IOperation? Outside(IOperation operation)
    {
        IOperation inner = operation;
        while (inner.Parent is IConversionOperation or IParenthesizedOperation or ICoalesceOperation or IConditionalOperation && inner.Parent is not IConditionalOperation { Type: null })
        {
            inner = inner.Parent!;
        }

        return inner.Parent;
    }

    private static ISymbol? PlaceOf(IOperation operation) => Outside(operation) switch
    {
        IArgumentOperation argument => argument.Parameter,
        IAssignmentOperation { Target: IMemberReferenceOperation member } => member.Member,
        IFieldInitializerOperation { InitializedFields.Length: > 0 } field => field.InitializedFields[0],
        IPropertyInitializerOperation { InitializedProperties.Length: > 0 } property => property.InitializedProperties[0],
        _ => null,
    };
}
