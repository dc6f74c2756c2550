using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Flow;

/// <summary>What can be read off a body in one pass over its code, so that only bodies that matter are followed path by path.</summary>
internal sealed class BodyFacts
{
    private BodyFacts()
    {
    }

    /// <summary>The methods, constructors and accessors it calls, as declared, with the place of each call, in source order.</summary>
    public ImmutableArray<(IOperation Operation, IMethodSymbol Target)> Calls { get; private init; }

    /// <summary>What the compiler has it call: <c>Dispose</c> of a <c>using</c>, the enumerator of a <c>foreach</c>.</summary>
    public ImmutableArray<IMethodSymbol> Implied { get; private init; }

    /// <summary>Where it makes objects, and delegates.</summary>
    public IReadOnlyList<IOperation> Makes { get; private init; } = [];

    /// <summary>The methods of which it makes delegates.</summary>
    public IReadOnlyCollection<IMethodSymbol> HandedOut { get; private init; } = [];

    /// <summary>True when it calls, touches or hands over anything that has a contract which does not merely ship with the analyzer.</summary>
    public bool TouchesContracts { get; private init; }

    /// <summary>True for an iterator or async method: calling it makes something that runs the body when asked.</summary>
    public bool RunsLater { get; private init; }

    /// <summary>The fields and properties it writes.</summary>
    public ImmutableHashSet<ISymbol> Writes { get; private init; } = ImmutableHashSet.Create<ISymbol>(SymbolEqualityComparer.Default);

    /// <summary>The fields it reads or writes.</summary>
    public IReadOnlyCollection<ISymbol> Fields { get; private init; } = [];

    /// <summary>True when it contains a <c>throw</c> that no <c>catch</c> stands round.</summary>
    public bool Throws { get; private init; }

    /// <summary>True when it contains a <c>catch</c>.</summary>
    public bool Catches { get; private init; }

    /// <summary>Of a body.</summary>
    public static BodyFacts Of(Body body, ContractedCompilation contracts)
    {
        ImmutableArray<(IOperation, IMethodSymbol)>.Builder calls = ImmutableArray.CreateBuilder<(IOperation, IMethodSymbol)>();
        ImmutableArray<IMethodSymbol>.Builder implied = ImmutableArray.CreateBuilder<IMethodSymbol>();
        List<IOperation>? makes = null;
        List<IMethodSymbol>? handedOut = null;
        HashSet<ISymbol>? writes = null;
        HashSet<ISymbol>? fields = null;
        bool touches = false;
        bool throws = false;
        bool catches = false;
        bool yields = body.Method is { IsAsync: true };
        ContractReader reader = contracts.Contracts;
        foreach (IOperation operation in body.Operations())
        {
            if (operation is IObjectCreationOperation or IDelegateCreationOperation)
            {
                (makes ??= []).Add(operation);
            }

            switch (operation)
            {
                case IInvocationOperation call:
                    Calling(call, call.TargetMethod);
                    break;
                case IObjectCreationOperation { Constructor: { } constructor } creation:
                    Calling(creation, constructor);
                    break;
                case IPropertyReferenceOperation property:
                    if (property.Property.GetMethod is { } getter)
                    {
                        Calling(property, getter);
                    }

                    if (property.Property.SetMethod is { } setter && IsWritten(property))
                    {
                        Calling(property, setter);
                        (writes ??= Members()).Add(property.Property.OriginalDefinition);
                    }

                    touches |= reader.IsMarked(property.Property);
                    break;
                case IFieldReferenceOperation field:
                    (fields ??= Members()).Add(field.Field.OriginalDefinition);
                    if (IsWritten(field))
                    {
                        (writes ??= Members()).Add(field.Field.OriginalDefinition);
                    }

                    touches |= reader.IsMarked(field.Field);
                    break;
                case IMethodReferenceOperation handed:
                    (handedOut ??= []).Add(ContractReader.Definition(handed.Method));
                    break;
                case IDelegateCreationOperation { Type: { } type }:
                    touches |= reader.RunsWhatIsStored(type) is not null;
                    break;
                case IUsingOperation { Resources: var resources }:
                    Ending(resources);
                    break;
                case IUsingDeclarationOperation declaration:
                    Ending(declaration.DeclarationGroup);
                    break;
                case IForEachLoopOperation { Collection.Type: { } collection }:
                    Enumerating(collection);
                    break;
                case ILockOperation { LockedValue: var gate } when contracts.EnteredBy(gate.Type) is { } enter:
                    Calling(gate, enter);
                    break;
                case IThrowOperation:
                    throws |= !IsCaught(operation);
                    break;
                case IReturnOperation { Kind: OperationKind.YieldReturn or OperationKind.YieldBreak }:
                    yields = true;
                    break;
                case ICatchClauseOperation:
                    catches = true;
                    break;
            }
        }

        return new BodyFacts
        {
            Calls = calls.ToImmutable(),
            Implied = implied.ToImmutable(),
            Makes = makes ?? (IReadOnlyList<IOperation>)[],
            HandedOut = handedOut ?? (IReadOnlyCollection<IMethodSymbol>)[],
            TouchesContracts = touches,
            Writes = writes is null ? ImmutableHashSet.Create<ISymbol>(SymbolEqualityComparer.Default) : writes.ToImmutableHashSet<ISymbol>(SymbolEqualityComparer.Default),
            Fields = fields ?? (IReadOnlyCollection<ISymbol>)[],
            Throws = throws,
            Catches = catches,
            RunsLater = yields,
        };

        void Calling(IOperation operation, IMethodSymbol target)
        {
            IMethodSymbol definition = ContractReader.Definition(target);
            calls.Add((operation, definition));
            touches |= reader.IsReasonToAnalyse(definition);
        }

        // What the compiler calls where nothing is written.
        void Ending(IOperation resources)
        {
            IEnumerable<ITypeSymbol?> types = resources.DescendantsAndSelf().Select(one => one is IVariableDeclaratorOperation variable ? variable.Symbol.Type : null);
            foreach (ITypeSymbol type in types.Append(resources.Type).OfType<ITypeSymbol>())
            {
                Implied(type, "Dispose");
            }
        }

        void Enumerating(ITypeSymbol collection)
        {
            foreach (IMethodSymbol method in Implied(collection, "GetEnumerator"))
            {
                Implied(method.ReturnType, "MoveNext");
                Implied(method.ReturnType, "get_Current");
                Implied(method.ReturnType, "Dispose");
            }
        }

        IReadOnlyList<IMethodSymbol> Implied(ITypeSymbol type, string name)
        {
            for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
            {
                List<IMethodSymbol> methods = [.. current.GetMembers(name).OfType<IMethodSymbol>().Where(method => method.Parameters.IsEmpty)];
                foreach (IMethodSymbol method in methods)
                {
                    IMethodSymbol definition = ContractReader.Definition(method);
                    implied.Add(definition);
                    touches |= reader.IsReasonToAnalyse(definition);
                }

                if (methods.Count > 0)
                {
                    return methods;
                }
            }

            return [];
        }

        static HashSet<ISymbol> Members() => new(SymbolEqualityComparer.Default);
    }

    private static bool IsCaught(IOperation operation)
    {
        for (IOperation inner = operation; inner.Parent is { } outer; inner = outer)
        {
            if (outer is IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                return false;
            }

            if (outer is ITryOperation { Catches.IsEmpty: false } handled && handled.Body == inner)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True where a reference, or an element of what it refers to, is written.</summary>
    public static bool IsWritten(IOperation reference)
    {
        IOperation place = reference;
        while (place.Parent is IArrayElementReferenceOperation { ArrayReference: var array } element && array == place)
        {
            place = element;
        }

        return place.Parent switch
        {
            IAssignmentOperation assignment => assignment.Target == place,
            IIncrementOrDecrementOperation => true,
            IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } => true,
            ITupleOperation => true,
            IVariableInitializerOperation => false,
            _ => false,
        };
    }
}
