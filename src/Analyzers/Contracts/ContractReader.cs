using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>
/// Reads the contracts of methods, from source and metadata alike, into the record that the run time fills from loaded assemblies. Each
/// symbol is read once per compilation.
/// </summary>
internal sealed class ContractReader
{
    private static readonly ReferenceMap<IMethodSymbol, (OperationContract Contract, bool SaysSomething)> MethodsOfReferences = new();
    private static readonly ReferenceMap<ISymbol, bool> MarkedInReferences = new();
    private static readonly ReferenceMap<ISymbol, (long? Number, (Mask, Mask)? Word, FlagKind Kind)> WordsOfReferences = new();
    private static readonly ReferenceMap<ISymbol, ContextRule?> HandlersOfReferences = new();

    private readonly ContractSource _source;
    private readonly SymbolMap<IMethodSymbol, (OperationContract Contract, bool SaysSomething)> _methods;
    private readonly SymbolMap<ISymbol, bool> _marked;
    private readonly SymbolMap<ISymbol, (long? Number, (Mask, Mask)? Word, FlagKind Kind)> _words;
    private readonly SymbolMap<ISymbol, ContextRule?> _handlers;

    /// <summary>One that reads this source.</summary>
    public ContractReader(ContractSource source)
    {
        bool isAlwaysTheSame = source.IsAlwaysTheSame;
        _source = source;
        _methods = new(isAlwaysTheSame ? MethodsOfReferences : null, ReadMethod);
        _marked = new(isAlwaysTheSame ? MarkedInReferences : null, member => source.Of(member).Any(static attribute => attribute.Name != "LockClass"));
        _words = new(isAlwaysTheSame ? WordsOfReferences : null, ReadWords);
        _handlers = new(isAlwaysTheSame ? HandlersOfReferences : null, ReadRunsIn);
    }

    /// <summary>One that reads attributes alone, without contract files.</summary>
    public ContractReader()
        : this(ContractSource.AttributesAlone)
    {
    }

    /// <summary>The contract of a method, constructor or accessor. An accessor has its own and its property's.</summary>
    public OperationContract Of(IMethodSymbol method) => Known(method).Contract;

    private (OperationContract Contract, bool SaysSomething) Known(IMethodSymbol method) => _methods.Of(Definition(method));

    private (OperationContract Contract, bool SaysSomething) ReadMethod(IMethodSymbol definition)
    {
        OperationContract contract = Read(definition);
        return (contract, SaysSomething(contract));
    }

    /// <summary>In which contexts what is stored in this parameter, field, property or delegate type runs; null when nothing says so.</summary>
    public ContextRule? RunsWhatIsStored(ISymbol symbol) => _handlers.Of(symbol.OriginalDefinition);

    /// <summary>The number that a field or property always stands for; null when nothing says so.</summary>
    public long? NumberOf(ISymbol member) => Words(member).Number;

    /// <summary>What writing the word in a field or property back to a mask register leaves masked and unmasked; null when nothing says so.</summary>
    public (Mask Masked, Mask Unmasked)? MaskWordOf(ISymbol member) => Words(member).Word;

    /// <summary>The kind of mask word that a number in a field, property or parameter is.</summary>
    public FlagKind FlagKindOf(ISymbol place) => Words(place).Kind;

    private (long? Number, (Mask, Mask)? Word, FlagKind Kind) Words(ISymbol place) => _words.Of(place.OriginalDefinition);

    private (long? Number, (Mask, Mask)? Word, FlagKind Kind) ReadWords(ISymbol place)
    {
        (long?, (Mask, Mask)?, FlagKind) said = default;
        foreach (ContractAttribute attribute in _source.Of(place))
        {
            said = attribute.Name switch
            {
                "HasValue" => (attribute.Number(0), said.Item2, said.Item3),
                "MaskWord" => (said.Item1, (attribute.Enum<Mask>(0), attribute.Enum<Mask>(1)), said.Item3),
                "FlagWord" => (said.Item1, said.Item2, attribute.Enum<FlagKind>(0)),
                _ => said,
            };
        }

        return said;
    }

    /// <summary>True when the contract of a method says anything at all.</summary>
    public bool SaysSomething(IMethodSymbol method) => Known(method).SaysSomething;

    /// <summary>True when a method's contract says anything that a program, or a library, says itself.</summary>
    public bool IsReasonToAnalyse(IMethodSymbol method) => Known(method) is { SaysSomething: true, Contract.IsShipped: false };

    /// <summary>True when something is said of a method, if only that it does nothing that matters.</summary>
    public bool IsKnown(IMethodSymbol method) => SaysSomething(method) || method is { MethodKind: MethodKind.Constructor, ContainingType.SpecialType: SpecialType.System_Object };

    /// <summary>True when a field or property carries a contract attribute: what is done with it may matter.</summary>
    public bool IsMarked(ISymbol member) => _marked.Of(member.OriginalDefinition);

    /// <summary>True when the contract says anything at all.</summary>
    public static bool SaysSomething(OperationContract contract) =>
        contract.RunsIn != Context.None || contract.LegalIn.Count > 0 || contract.ForbiddenIn.Count > 0 || contract.NmiSafe || contract.MayBlock is not null
        || contract.MayAllocate || contract.MayThrow || contract.WaitsForCpus is not null || contract.WaitsForInterrupt is not null || contract.KeepsMask != Mask.None || contract.TellsContext != Context.None || contract.EntersContext != Context.None || contract.LeavesContext || contract.Reinterprets is not null || contract.PriorityMask is not null || contract.Priority is not null || contract.PreparesInterrupts is not null || contract.Parks || contract.RequiresMasked != Mask.None
        || contract.RequiresUnmasked != Mask.None || HasEffects(contract) || contract.Arguments.Count > 0 || contract.ParameterRunsIn.Count > 0
        || contract.Data.Count > 0 || contract.References.Count > 0 || contract.Phase is not null || contract.Replayed || contract.Orders.Count > 0 || contract.Capability is not null || contract.Expresses is not null || contract.Wraps is not null;

    /// <summary>True when calling it changes locks, masks or protocol states.</summary>
    public static bool HasEffects(OperationContract contract) =>
        contract.SavesMask != Mask.None || contract.RestoresMask != Mask.None || contract.SetsMask.Count > 0 || contract.Locks.Count > 0
        || contract.Guard is not null || contract.Disposes || contract.TakesOver.Count > 0 || contract.Transitions.Count > 0
        || contract.Steps.Count > 0 || contract.Orders.Any(order => order.Rule is not (OrderRule.PrecededBy or OrderRule.RequiresCapability));

    /// <summary>True when it says what calling it does to locks, so that its body need not be asked.</summary>
    public static bool SpeaksOfLocks(OperationContract contract) => contract.Locks.Count > 0 || contract.Guard?.Holds is not null || contract.Disposes;

    /// <summary>True when it says what calling it does to masks, so that its body need not be asked.</summary>
    public static bool SpeaksOfMasks(OperationContract contract) =>
        contract.SavesMask != Mask.None || contract.RestoresMask != Mask.None || contract.SetsMask.Count > 0 || contract.Disposes;

    /// <summary>The method as declared: neither it nor its type constructed, and the definition of a partial method.</summary>
    public static IMethodSymbol Definition(IMethodSymbol method)
    {
        IMethodSymbol definition = (method.ReducedFrom ?? method).OriginalDefinition;
        return definition.PartialDefinitionPart ?? definition;
    }

    /// <summary>True when a method, its result or one of its parameters says something itself, rather than by what it overrides or implements.</summary>
    public bool SpeaksForItself(IMethodSymbol method)
    {
        IMethodSymbol definition = Definition(method);
        return !_source.Of(definition).IsEmpty || !_source.OfReturn(definition).IsEmpty || definition.Parameters.Any(parameter => !_source.Of(parameter).IsEmpty);
    }

    // What a delegate type says of where it runs is said of what is stored in it, not of calling it.
    private ImmutableArray<ContractAttribute> AttributesOf(IMethodSymbol method) => method.MethodKind == MethodKind.DelegateInvoke
        ? _source.Of(method.ContainingType).RemoveAll(attribute => attribute.Name is "RunsIn" or "RunsOnEachCpu")
        : _source.Of(method);

    private static readonly Dictionary<string, ContextRule> NoHandlers = [];

    private OperationContract Read(IMethodSymbol method)
    {
        ImmutableArray<ContractAttribute> attributes = AttributesOf(method);
        if (attributes.IsEmpty)
        {
            // What overrides or implements a contracted member without saying anything keeps its contract.
            foreach (IMethodSymbol inherited in Declarations(method))
            {
                OperationContract contract = Of(inherited);
                if (SaysSomething(contract))
                {
                    return contract with { DocumentationId = IdOf(method) };
                }
            }
        }

        Dictionary<string, ContextRule>? handlers = null;
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if ((RunsWhatIsStored(parameter) ?? (parameter.Type is INamedTypeSymbol { TypeKind: TypeKind.Delegate } type ? RunsWhatIsStored(type) : null)) is { } rule)
            {
                (handlers ??= [])[parameter.Name] = rule;
            }
        }

        // A try form hands its guard out by a parameter.
        GuardContract? guard = GuardIn(_source.OfReturn(method));
        foreach (IParameterSymbol parameter in method.Parameters.Where(parameter => parameter.RefKind == RefKind.Out))
        {
            guard ??= GuardIn(_source.Of(parameter));
        }

        List<string> taken = [.. method.Parameters.Where(parameter => parameter.RefKind == RefKind.None && GuardIn(_source.Of(parameter)) is not null).Select(parameter => parameter.Name)];
        OperationContract said = Build(method, attributes);
        return said with { Locks = WithGuard(said.Locks, guard), DocumentationId = IdOf(method), ParameterRunsIn = handlers ?? NoHandlers, Guard = guard, TakesOver = taken, IsShipped = attributes.Any(attribute => attribute.IsShipped), NotReplayable = NotReplayableIn(attributes) ?? (method.MethodKind == MethodKind.Constructor ? null : NotReplayableIn(_source.Of(method.ContainingType))) };
    }

    /// <summary>What attributes of a method say, apart from what is said of its parameters and result.</summary>
    public static OperationContract Build(IMethodSymbol method, ImmutableArray<ContractAttribute> attributes) => attributes.IsEmpty ? new OperationContract() : new Builder(method, attributes).Build();

    // Who returns a guard of a lock returns with the lock: it has taken it, unless it says of the lock that it was held or that it tries.
    private static IReadOnlyList<LockEffect> WithGuard(IReadOnlyList<LockEffect> locks, GuardContract? guard) =>
        guard?.Holds is not { } held || locks.Any(static effect => effect.Action is LockAction.Acquire or LockAction.TryAcquire or LockAction.RequireHeld)
            ? locks
            : [.. locks, new LockEffect(LockAction.Acquire, held, guard.Mode)];

    private static GuardContract? GuardIn(ImmutableArray<ContractAttribute> attributes)
    {
        foreach (ContractAttribute attribute in attributes)
        {
            if (attribute.Name == "Guard")
            {
                return new GuardContract(attribute.Text("Holds"), attribute.Enum<LockMode>("Mode"), attribute.Enum<Mask>("Restores"), attribute.Enum<Mask>("Unmasks"));
            }
        }

        return null;
    }

    private static NotReplayable? NotReplayableIn(ImmutableArray<ContractAttribute> attributes)
    {
        foreach (ContractAttribute attribute in attributes)
        {
            if (attribute.Name == "NotReplayable")
            {
                return new NotReplayable(attribute.Text(0), attribute.Text("Instead"));
            }
        }

        return null;
    }

    private ContextRule? ReadRunsIn(ISymbol symbol)
    {
        ImmutableArray<ContractAttribute> attributes = _source.Of(symbol);
        foreach (ContractAttribute attribute in attributes)
        {
            if (attribute.Name == "RunsIn")
            {
                return new ContextRule(attribute.Enum<Context>(0), Within: attribute.Enum<Section>("Within"))
                {
                    Masked = attributes.Where(one => one.Name == "RequiresMasked").Aggregate(Mask.None, (all, one) => all | one.Enum<Mask>(0)),
                };
            }
        }

        return null;
    }

    /// <summary>The members that a method overrides or implements.</summary>
    public static IEnumerable<IMethodSymbol> Declarations(IMethodSymbol method)
    {
        if (method.OverriddenMethod is { } overridden)
        {
            yield return overridden;
        }

        foreach (IMethodSymbol implemented in method.ExplicitInterfaceImplementations)
        {
            yield return implemented;
        }

        if (method.ContainingType is not { TypeKind: TypeKind.Class or TypeKind.Struct } type || method.DeclaredAccessibility != Accessibility.Public || method.IsStatic)
        {
            yield break;
        }

        foreach (INamedTypeSymbol contract in type.AllInterfaces)
        {
            foreach (ISymbol member in contract.GetMembers(method.Name))
            {
                if (member is IMethodSymbol candidate && SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(candidate), method))
                {
                    yield return candidate;
                }
            }
        }
    }

    private static string IdOf(IMethodSymbol method) => method.GetDocumentationCommentId() ?? method.Name;

    /// <summary>Fills the record from attributes. A condition that cannot be read counts as absent; IRQ0001 reports it.</summary>
    private readonly struct Builder(IMethodSymbol method, ImmutableArray<ContractAttribute> attributes)
    {
        public OperationContract Build()
        {
            ContractAttribute? runsIn = First("RunsIn");
            ContractAttribute? restores = First("RestoresMask");
            return new OperationContract
            {
                RunsIn = runsIn?.Enum<Context>(0) ?? Context.None,
                Within = runsIn?.Enum<Section>("Within") ?? Section.None,
                LegalIn = [.. All("LegalIn").Select(a => new ContextRule(a.Enum<Context>(0), Condition(a)))],
                ForbiddenIn = [.. All("ForbiddenIn").Select(a => new ContextRule(a.Enum<Context>(0), Condition(a), a.Text("Because")))],
                TellsContext = First("TellsContext")?.Enum<Context>(0) ?? Context.None,
                EntersContext = First("EntersContext")?.Enum<Context>(0) ?? Context.None,
                LeavesContext = First("LeavesContext") is not null,
                NmiSafe = First("NmiSafe") is not null,
                MayBlock = First("MayBlock") is { } block ? new Conditional(Condition(block)) : null,
                MayAllocate = First("MayAllocate") is not null,
                MayThrow = First("MayThrow") is not null,
                WaitsForCpus = First("WaitsForCpus") is { } waits ? new Conditional(Condition(waits)) : null,
                WaitsForInterrupt = First("WaitsForInterrupt") is { } wait ? new InterruptWait(wait.Text("WhenMasked")) : null,
                Parks = First("Parks") is not null,
                RequiresMasked = First("RequiresMasked")?.Enum<Mask>(0) ?? Mask.None,
                RequiresUnmasked = First("RequiresUnmasked")?.Enum<Mask>(0) ?? Mask.None,
                SavesMask = First("SavesMask")?.Enum<Mask>(0) ?? Mask.None,
                RestoresMask = restores?.Enum<Mask>(0) ?? Mask.None,
                RestoresFrom = restores?.Text("From"),
                KeepsMask = First("KeepsMask")?.Enum<Mask>(0) ?? Mask.None,
                SetsMask = [.. All("SetsMask").Select(a => new MaskChange(a.Enum<Mask>(0), a.Flag(1)))],
                PriorityMask = First("WritesPriorityMask") is { } level ? new PriorityMaskWrite(level.Text(0), level.Number("Irq") ?? 0, level.Number("Nmi") ?? 0) : null,
                Priority = First("ProgramsPriority") is { } priority ? new PriorityUse(priority.Text(0), priority.Flag("Absolute", otherwise: false), priority.Number("IrqOff") ?? 0, priority.Number("IrqOn") ?? 0) : null,
                PreparesInterrupts = First("PreparesInterrupts")?.Text(0),
                Reinterprets = First("ReinterpretsFlags") is { } kinds ? new FlagReinterpretation(kinds.Enum<FlagKind>(0), kinds.Enum<FlagKind>(1)) : null,
                Locks = [.. attributes.Select(Lock).OfType<LockEffect>()],
                TakesInOrder = [.. All("TakesInOrder").Select(a => a.Texts(0))],
                Disposes = First("Disposes") is not null,
                Transitions = [.. All("Transition").Select(a => new TransitionContract(a.Text(0), a.Text(1), a.Text("Of"), a.Enum<Scope>("Per"), Condition(a)) { OnResult = a.Text("OnResult"), Unless = a.Text("Unless") })],
                Steps = [.. All("Step").Select(a => a.Text(0)), .. All("Quiesces").Select(_ => Steps.Quiesce)],
                Orders = [.. attributes.Select(Order).OfType<OrderContract>()],
                Capability = First("Capability")?.Text(0),
                Expresses = First("Expresses")?.Text(0),
                Wraps = First("Wraps") is { } wraps ? new WrappedNumber(wraps.Text(0), wraps.Number("Plus") ?? 0) : null,
                Arguments = [.. attributes.Select(Constraint).OfType<ArgumentConstraint>()],
                PartOf = First("PartOf")?.Text(0),
                Data = [.. All("Reads").Select(a => new DataEffect(a.Text(0), false, a.Flag("Marked", otherwise: false))), .. All("Writes").Select(a => new DataEffect(a.Text(0), true, a.Flag("Marked", otherwise: false)))],
                References = [.. All("TakesReference").Select(a => a.Text(0))],
                Phase = First("InPhase")?.Text(0),
                NmiSafeAlternative = First("NmiSafeAlternative")?.Text(0),
                Replayed = First("Replayed") is not null,
            };
        }

        private static LockEffect? Lock(ContractAttribute a) => a.Name switch
        {
            "Acquires" => new LockEffect(LockAction.Acquire, a.Text(0), a.Enum<LockMode>("Mode"), When: Condition(a))
            {
                OnResult = a.Text("OnResult"),
                Unless = a.Text("Unless"),
                Subclass = a.Text("Subclass"),
                Nest = a.Text("Nest"),
            },
            "Releases" => new LockEffect(LockAction.Release, a.Text(0), a.Enum<LockMode>("Mode"), When: Condition(a)) { Unless = a.Text("Unless") },
            "TryAcquires" => new LockEffect(LockAction.TryAcquire, a.Text(0), a.Enum<LockMode>("Mode"), a.Flag("On", otherwise: true)) { Nest = a.Text("Nest") },
            "Takes" => new LockEffect(LockAction.Take, a.Text(0), a.Enum<LockMode>("Mode"), When: Condition(a)) { Unless = a.Text("Unless") },
            "RequiresHeld" => new LockEffect(LockAction.RequireHeld, a.Text(0), a.Enum<LockMode>("Mode")),
            "RequiresNotHeld" => new LockEffect(LockAction.RequireNotHeld, a.Text(0)),
            "Initialises" => new LockEffect(LockAction.Initialise, a.Text(0)),
            _ => null,
        };

        private static OrderContract? Order(ContractAttribute a) => a.Name switch
        {
            "FollowedBy" => new OrderContract(OrderRule.FollowedBy, a.Text(0), a.Text("Before"), a.Text("Law") ?? LawIds.StepOrder, Condition(a), a.Text("Unless")),
            "PrecededBy" => new OrderContract(OrderRule.PrecededBy, a.Text(0), a.Text("Since"), a.Text("Law") ?? LawIds.StepOrder, Condition(a)),
            "NotBefore" => new OrderContract(OrderRule.NotBefore, a.Text(0), a.Text("Unless"), a.Text("Law") ?? LawIds.StepOrder, Without: a.Text("Without")),
            "SelfSynchronising" => new OrderContract(OrderRule.SelfSynchronising, a.Text(0), a.Text("Except"), LawIds.RedundantSync),
            "RequiresCapability" => new OrderContract(OrderRule.RequiresCapability, a.Text(0), null, LawIds.Capability, Condition(a)),
            _ => null,
        };

        private ArgumentConstraint? Constraint(ContractAttribute a) => a.Name switch
        {
            "RejectsFlag" => Flag(ArgumentRule.RejectsFlag, a),
            "RequiresFlag" => Flag(ArgumentRule.RequiresFlag, a),
            "ArgumentRange" => new ArgumentConstraint(ArgumentRule.Range, a.Text(0), "", a.Number(1), a.Number(2), a.Text("Because")) { When = Condition(a), Law = a.Text("Law") ?? LawIds.NmiRequestConstraint },
            _ => null,
        };

        private ArgumentConstraint Flag(ArgumentRule rule, ContractAttribute a)
        {
            (string name, long number) = a.Constant(1, method.Parameters.FirstOrDefault(parameter => parameter.Name == a.Text(0))?.Type);
            return new ArgumentConstraint(rule, a.Text(0), name, number, 0, a.Text("Because"));
        }

        private static When? Condition(ContractAttribute a) =>
            a.Text("When") is { } text && When.TryParse(text, out When? when, out _) ? when : null;

        private ContractAttribute? First(string name)
        {
            foreach (ContractAttribute attribute in attributes)
            {
                if (attribute.Name == name)
                {
                    return attribute;
                }
            }

            return null;
        }

        private IEnumerable<ContractAttribute> All(string name) => attributes.Where(attribute => attribute.Name == name);
    }
}
