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
    public ImmutableArray<(OperationPlace Operation, IMethodSymbol Target)> Calls { get; private init; }

    /// <summary>What the compiler has it call: <c>Dispose</c> of a <c>using</c>, the enumerator of a <c>foreach</c>.</summary>
    public ImmutableArray<IMethodSymbol> Implied { get; private init; }

    /// <summary>Where it makes objects, and delegates; null once the operations were let go.</summary>
    public IReadOnlyList<IOperation>? Makes { get; set; }

    /// <summary>The types of which it makes objects and the methods that it hands out, lambdas among them, in source order.</summary>
    public IReadOnlyList<(OperationPlace Operation, ISymbol What)> Uses { get; private init; } = [];

    /// <summary>True when it calls, touches or hands over anything that has a contract which does not merely ship with the analyzer.</summary>
    public bool TouchesContracts { get; private init; }

    /// <summary>True for an iterator or async method: calling it makes something that runs the body when asked.</summary>
    public bool RunsLater { get; private init; }

    /// <summary>The fields and properties it writes.</summary>
    public ImmutableHashSet<ISymbol> Writes { get; private init; } = ImmutableHashSet.Create<ISymbol>(SymbolEqualityComparer.Default);

    /// <summary>The statics that it writes, or of which it writes an element or a field, in source order. What is filled in once is not written.</summary>
    public IReadOnlyList<(OperationPlace Operation, ISymbol Member)> StaticsWritten { get; private init; } = [];

    /// <summary>The statics that its own statements set to something that does not depend on what was in them.</summary>
    public IReadOnlyList<ISymbol> StaticsSet { get; private init; } = [];

    /// <summary>The fields whose value goes where it is not followed: handed to this method, or anywhere.</summary>
    public IReadOnlyList<(ISymbol Field, IMethodSymbol? To)> GivenAway { get; private init; } = [];

    /// <summary>What expressions name, where the body takes steps of protocols: the methods that calls name and the variables.</summary>
    public IReadOnlyDictionary<SyntaxNode, ISymbol> Names { get; private init; } = ImmutableDictionary<SyntaxNode, ISymbol>.Empty;

    /// <summary>Each reference to a field or property, with where it stands.</summary>
    public IReadOnlyList<(ISymbol Member, int Start)> References { get; private init; } = [];

    /// <summary>The fields it reads or writes.</summary>
    public IReadOnlyCollection<ISymbol> Fields { get; private init; } = [];

    /// <summary>True when it contains a <c>throw</c> that no <c>catch</c> stands round.</summary>
    public bool Throws { get; private init; }

    /// <summary>True when it contains a <c>catch</c>.</summary>
    public bool Catches { get; private init; }

    /// <summary>Of a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="root">Its code.</param>
    /// <param name="contracts">The contracts.</param>
    public static BodyFacts Of(Body body, IOperation root, ContractedCompilation contracts)
    {
        ImmutableArray<(OperationPlace, IMethodSymbol)>.Builder calls = ImmutableArray.CreateBuilder<(OperationPlace, IMethodSymbol)>();
        ImmutableArray<IMethodSymbol>.Builder implied = ImmutableArray.CreateBuilder<IMethodSymbol>();
        List<IOperation>? makes = null;
        List<(OperationPlace, ISymbol)>? uses = null;
        List<(OperationPlace, ISymbol)>? staticsWritten = null;
        List<(ISymbol, IMethodSymbol?)>? givenAway = null;
        List<(ISymbol, int)>? references = null;
        bool takesSteps = false;
        HashSet<ISymbol>? writes = null;
        HashSet<ISymbol>? fields = null;
        bool touches = false;
        bool throws = false;
        bool catches = false;
        bool yields = body.Method is { IsAsync: true };
        ContractReader reader = contracts.Contracts;
        foreach (IOperation operation in Body.Operations(root))
        {
            if (operation is IObjectCreationOperation or IDelegateCreationOperation)
            {
                (makes ??= []).Add(operation);
            }

            // What is filled in once is the same every time.
            if (operation is IMemberReferenceOperation && operation.Parent is not ICoalesceAssignmentOperation && IsWritten(operation) && StaticHolding(operation) is { } @static)
            {
                (staticsWritten ??= []).Add((OperationPlace.Of(operation), @static));
            }

            ISymbol? used = operation switch
            {
                IObjectCreationOperation { Type: { } made } => made.OriginalDefinition,
                IMethodReferenceOperation reference => ContractReader.Definition(reference.Method),
                IAnonymousFunctionOperation lambda => lambda.Symbol,
                _ => null,
            };
            if (used is not null)
            {
                (uses ??= []).Add((OperationPlace.Of(operation), used));
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
                    (references ??= []).Add((property.Property.OriginalDefinition, property.Syntax.SpanStart));
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
                    (references ??= []).Add((field.Field.OriginalDefinition, field.Syntax.SpanStart));
                    (fields ??= Members()).Add(field.Field.OriginalDefinition);
                    if (IsWritten(field))
                    {
                        (writes ??= Members()).Add(field.Field.OriginalDefinition);
                    }

                    touches |= reader.IsMarked(field.Field);
                    if (!StaysHere(field, contracts, out IMethodSymbol? receiver))
                    {
                        (givenAway ??= []).Add((field.Field.OriginalDefinition, receiver));
                    }

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
            Uses = uses ?? (IReadOnlyList<(OperationPlace, ISymbol)>)[],
            StaticsWritten = staticsWritten ?? (IReadOnlyList<(OperationPlace, ISymbol)>)[],
            StaticsSet = staticsWritten is null ? [] : [.. SetAtOnce(root)],
            References = references ?? (IReadOnlyList<(ISymbol, int)>)[],
            GivenAway = givenAway ?? (IReadOnlyList<(ISymbol, IMethodSymbol?)>)[],
            Names = takesSteps ? NamesIn(root) : ImmutableDictionary<SyntaxNode, ISymbol>.Empty,
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
            calls.Add((OperationPlace.Of(operation), definition));
            touches |= reader.IsReasonToAnalyse(definition);
            takesSteps |= reader.Of(definition).Transitions.Count > 0;
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

    // Called on, followed to a member, initialised, or passed to what says what it does.
    private static bool StaysHere(IFieldReferenceOperation reference, ContractedCompilation contracts, out IMethodSymbol? receiver)
    {
        IOperation used = reference;
        while (used.Parent is IConversionOperation conversion)
        {
            used = conversion;
        }

        receiver = used.Parent is IArgumentOperation { Parent: IInvocationOperation given } ? given.TargetMethod : null;
        return used.Parent switch
        {
            IInvocationOperation call => call.Instance == used,
            IFieldReferenceOperation => true,
            ISimpleAssignmentOperation made => made.Target == used && IsNew(made.Value),
            IArgumentOperation when receiver is not null => ContractReader.SaysSomething(contracts.Contracts.Of(receiver)),
            _ => reference.Type?.SpecialType is not (null or SpecialType.None) || (contracts.Locks.KindOf(reference.Type) == IrqSafety.Contracts.LockKind.Unknown && !HoldsLocks(reference.Type, contracts)),
        };
    }

    private static bool IsNew(IOperation value) => value is IObjectCreationOperation || (value is IConversionOperation conversion && IsNew(conversion.Operand));

    // An object of the scope, handed over, is handed over with its locks.
    private static bool HoldsLocks(ITypeSymbol? type, ContractedCompilation contracts) =>
        type is not null && type.GetMembers().OfType<IFieldSymbol>().Any(field => contracts.Locks.KindOf(field.Type) != IrqSafety.Contracts.LockKind.Unknown);

    private static IEnumerable<ISymbol> SetAtOnce(IOperation root) => root.ChildOperations
        .OfType<IBlockOperation>()
        .SelectMany(block => block.Operations)
        .OfType<IExpressionStatementOperation>()
        .Select(statement => statement.Operation)
        .OfType<ISimpleAssignmentOperation>()
        .Where(assignment => StaticIn(assignment.Target) is { } member && !assignment.Value.DescendantsAndSelf().Any(operation => SymbolEqualityComparer.Default.Equals(StaticIn(operation), member)))
        .Select(assignment => StaticIn(assignment.Target)!);

    // Of a field of an object or element in a static: that static.
    private static ISymbol? StaticHolding(IOperation? operation) => operation switch
    {
        null => null,
        IFieldReferenceOperation { Field.IsStatic: false } field => StaticHolding(field.Instance),
        IArrayElementReferenceOperation element => StaticHolding(element.ArrayReference),
        _ => StaticIn(operation),
    };

    private static ISymbol? StaticIn(IOperation operation) => operation switch
    {
        IFieldReferenceOperation { Field: { IsStatic: true, IsConst: false } field } => field.OriginalDefinition,
        IPropertyReferenceOperation { Property: { IsStatic: true } property } when property.OriginalDefinition.IsAutomatic() => property.OriginalDefinition,
        _ => null,
    };

    private static Dictionary<SyntaxNode, ISymbol> NamesIn(IOperation root)
    {
        Dictionary<SyntaxNode, ISymbol> names = [];
        foreach (IOperation operation in root.Descendants())
        {
            ISymbol? named = operation switch
            {
                IInvocationOperation call => call.TargetMethod,
                IDeclarationExpressionOperation { Expression: ILocalReferenceOperation declared } => declared.Local,
                ILocalReferenceOperation { IsDeclaration: false } local => local.Local,
                IParameterReferenceOperation parameter => parameter.Parameter,
                _ => null,
            };
            if (named is not null)
            {
                names[operation.Syntax] = named;
            }
        }

        return names;
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
