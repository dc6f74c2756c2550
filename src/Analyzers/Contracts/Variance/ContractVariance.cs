using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Contracts.Variance;

/// <summary>How a contract may differ between a declaration and what stands for it.</summary>
internal enum Variance
{
    /// <summary>Asked of callers: what stands for the declaration may ask for less, never for more.</summary>
    Need,

    /// <summary>Given to callers: what stands for the declaration may give more, never less.</summary>
    Promise,

    /// <summary>Done to callers, who go on from it: it must be the same.</summary>
    Effect,
}

/// <summary>One thing in which a contract is stricter than its declaration.</summary>
/// <param name="Phrase">What it is, as the end of "the method …" for what is added, and of "the declaration says that it …" for what is missing.</param>
/// <param name="IsMissing">True for what the declaration says and what stands for it does not.</param>
/// <param name="Attribute">The attribute that makes them agree: on the declaration what is added, on what stands for it what is missing. Null when none does.</param>
internal sealed record ContractDifference(string Phrase, bool IsMissing, string? Attribute);

/// <summary>One contract, and how it may differ.</summary>
/// <param name="Contract">The attribute, without the suffix.</param>
/// <param name="Variance">How it may differ.</param>
/// <param name="Differences">In what the second contract is stricter than the first.</param>
internal sealed record VarianceRow(string Contract, Variance Variance, Func<OperationContract, OperationContract, IEnumerable<ContractDifference>> Differences)
{
    /// <summary>True when it is judged where the method runs, so that a delegate which says where that is says enough.</summary>
    public bool IsJudgedByContext { get; init; }

    /// <summary>True when nobody who calls the method without knowing of it can be right.</summary>
    public bool IsNeeded { get; init; } = true;
}

/// <summary>
/// Which way each contract may differ between a declaration and an override, an implementation, or what a delegate calls. Callers are judged by
/// the declaration alone.
/// </summary>
internal static class ContractVariance
{
    /// <summary>The table.</summary>
    public static IReadOnlyList<VarianceRow> Table { get; } =
    [
        new("LegalIn", Variance.Need, Contexts) { IsJudgedByContext = true },
        new("MayBlock", Variance.Need, (declared, own) => Condition("MayBlock", "may sleep", declared.MayBlock, own.MayBlock)) { IsJudgedByContext = true },
        new("WaitsForCpus", Variance.Need, (declared, own) => Condition("WaitsForCpus", "waits for other CPUs", declared.WaitsForCpus, own.WaitsForCpus)) { IsJudgedByContext = true },
        new("MayAllocate", Variance.Need, (declared, own) => Added("MayAllocate", "allocates memory", declared.MayAllocate, own.MayAllocate)) { IsJudgedByContext = true },
        new("MayThrow", Variance.Need, (declared, own) => Added("MayThrow", "may throw", declared.MayThrow, own.MayThrow)) { IsJudgedByContext = true, IsNeeded = false },
        new("RequiresMasked", Variance.Need, (declared, own) => Masks("RequiresMasked", "needs", "off", declared.RequiresMasked, own.RequiresMasked)) { IsJudgedByContext = true },
        new("RequiresUnmasked", Variance.Need, (declared, own) => Masks("RequiresUnmasked", "needs", "on", declared.RequiresUnmasked, own.RequiresUnmasked)) { IsJudgedByContext = true },
        new("WaitsForInterrupt", Variance.Need, (declared, own) => Added(null, "waits for an interrupt", declared.WaitsForInterrupt is not null, own.WaitsForInterrupt is not null)) { IsJudgedByContext = true },
        new("RequiresHeld", Variance.Need, (declared, own) => MoreLocks(LockAction.RequireHeld, declared, own)),
        new("RequiresNotHeld", Variance.Need, (declared, own) => MoreLocks(LockAction.RequireNotHeld, declared, own)),
        new("Takes", Variance.Need, (declared, own) => MoreLocks(LockAction.Take, declared, own)) { IsJudgedByContext = true },
        new("TakesInOrder", Variance.Need, Orders) { IsJudgedByContext = true, IsNeeded = false },
        new("Initialises", Variance.Need, (declared, own) => MoreLocks(LockAction.Initialise, declared, own)),
        new("FollowedBy", Variance.Need, (declared, own) => Order(declared, own)) { IsJudgedByContext = true },
        new("RejectsFlag", Variance.Need, Arguments) { IsJudgedByContext = true },
        new("Reads", Variance.Need, Data) { IsJudgedByContext = true, IsNeeded = false },
        new("InPhase", Variance.Need, Phase) { IsJudgedByContext = true, IsNeeded = false },
        new("NmiSafe", Variance.Promise, (declared, own) => Missing("NmiSafe", "is safe from NMI", declared.NmiSafe, own.NmiSafe)),
        new("RunsIn", Variance.Promise, RunsIn),
        new("KeepsMask", Variance.Promise, KeepsMask),
        new("TakesReference", Variance.Promise, References),
        new("RunsIn on a parameter", Variance.Promise, Handlers),
        new("Acquires", Variance.Effect, (declared, own) => SameLocks(LockAction.Acquire, declared, own)),
        new("Releases", Variance.Effect, (declared, own) => SameLocks(LockAction.Release, declared, own)),
        new("TryAcquires", Variance.Effect, (declared, own) => SameLocks(LockAction.TryAcquire, declared, own)),
        new("Guard", Variance.Effect, (declared, own) => Same(Written(declared.Guard), Written(own.Guard), one => $"returns a guard ({one})", attribute: null)),
        new("Disposes", Variance.Effect, (declared, own) => Both("Disposes", "ends the guard it is called on", declared.Disposes, own.Disposes)),
        new("Guard on a parameter", Variance.Effect, (declared, own) => Same(declared.TakesOver, own.TakesOver, one => $"takes over the guard '{one}'", attribute: null)),
        new("SetsMask", Variance.Effect, (declared, own) => Same(declared.SetsMask.Select(Written), own.SetsMask.Select(Written), one => $"changes masks ({one})", one => $"SetsMask({one})")),
        new("SavesMask", Variance.Effect, (declared, own) => Same(Written(declared.SavesMask), Written(own.SavesMask), one => $"saves masks ({one})", one => $"SavesMask({one})")),
        new("RestoresMask", Variance.Effect, (declared, own) => Same(Written(declared.RestoresMask), Written(own.RestoresMask), one => $"restores masks ({one})", attribute: null)),
        new("WritesPriorityMask", Variance.Effect, (declared, own) => Same(Written(declared.PriorityMask), Written(own.PriorityMask), one => $"writes the priority mask ({one})", attribute: null)),
        new("Transition", Variance.Effect, (declared, own) => Same(declared.Transitions.Select(Written), own.Transitions.Select(Written), one => $"is a step of a protocol ({one})", attribute: null)) { IsJudgedByContext = true },
        new("Step", Variance.Effect, (declared, own) => Same(declared.Steps, own.Steps, one => $"is the step '{one}'", attribute: null)) { IsJudgedByContext = true },
        new("Parks", Variance.Effect, (declared, own) => Both("Parks", "never returns", declared.Parks, own.Parks)),
    ];

    private static readonly OperationContract Nothing = new();

    /// <summary>In what a contract is stricter than its declaration.</summary>
    /// <param name="declared">The declaration.</param>
    /// <param name="own">The contract, with the parameters named as the declaration names them.</param>
    public static IReadOnlyList<ContractDifference> Compare(OperationContract declared, OperationContract own) => [.. Table.SelectMany(row => row.Differences(declared, own))];

    /// <summary>What a contract asks of callers or does to them, which is lost where nothing says it.</summary>
    public static IReadOnlyList<ContractDifference> Lost(OperationContract own) =>
        [.. Table.Where(row => row.IsNeeded && row.Variance != Variance.Promise).SelectMany(row => row.Differences(Nothing, own))];

    private static IEnumerable<ContractDifference> Contexts(OperationContract declared, OperationContract own)
    {
        Context forbidden = Context.None;
        bool isConditional = false;
        foreach ((Context where, When? when) in Illegal(own))
        {
            Context known = Illegal(declared).Where(rule => rule.When is null || Conditions.AreSame(rule.When, when)).Aggregate(Context.None, (all, rule) => all | rule.Where);
            isConditional |= (where & ~known) != Context.None && when is not null;
            forbidden |= where & ~known;
        }

        if (forbidden == Context.None)
        {
            return [];
        }

        Context legal = Context.Any & ~forbidden;
        string? attribute = isConditional ? null
            : legal != Context.None && ContractText.Written(legal).Length < ContractText.Written(forbidden).Length
            ? (declared.LegalIn.Count > 0 ? null : $"LegalIn({ContractText.Written(legal)})")
            : (declared.ForbiddenIn.Count > 0 ? null : $"ForbiddenIn({ContractText.Written(forbidden)})");
        return [new ContractDifference($"is not legal in {ContractText.Named(forbidden)}", IsMissing: false, attribute)];
    }

    private static IEnumerable<(Context Where, When? When)> Illegal(OperationContract contract) =>
        contract.ForbiddenIn.Select(rule => (rule.Contexts, rule.When)).Concat(contract.LegalIn.Select(rule => (Context.Any & ~rule.Contexts, rule.When)));

    private static IEnumerable<ContractDifference> Condition(string attribute, string phrase, Conditional? declared, Conditional? own)
    {
        if (own is null || (declared is not null && (declared.When is null || Conditions.AreSame(declared.When, own.When))))
        {
            return [];
        }

        string? when = own.When is null ? null : Conditions.Written(own.When);
        return
        [
            new ContractDifference(
                when is null ? phrase : $"{phrase} when {when}",
                IsMissing: false,
                declared is not null ? null : when is null ? attribute : $"{attribute}({ContractText.When(when)})"),
        ];
    }

    private static IEnumerable<ContractDifference> Added(string? attribute, string phrase, bool declared, bool own) => own && !declared ? [new ContractDifference(phrase, IsMissing: false, attribute)] : [];

    private static IEnumerable<ContractDifference> Missing(string attribute, string phrase, bool declared, bool own) => declared && !own ? [new ContractDifference(phrase, IsMissing: true, attribute)] : [];

    private static IEnumerable<ContractDifference> Both(string attribute, string phrase, bool declared, bool own) => [.. Added(attribute, phrase, declared, own), .. Missing(attribute, phrase, declared, own)];

    private static IEnumerable<ContractDifference> Masks(string attribute, string verb, string state, Mask declared, Mask own)
    {
        Mask more = own & ~declared;
        return more == Mask.None ? [] : [new ContractDifference($"{verb} {ContractText.Named(more)} {state}", IsMissing: false, declared == Mask.None ? $"{attribute}({ContractText.Written(more)})" : null)];
    }

    private static IEnumerable<ContractDifference> Same(IEnumerable<string> declared, IEnumerable<string> own, Func<string, string> phrase, Func<string, string>? attribute)
    {
        foreach (string added in own.Except(declared))
        {
            yield return new ContractDifference(phrase(added), IsMissing: false, attribute?.Invoke(added));
        }

        foreach (string missing in declared.Except(own))
        {
            yield return new ContractDifference(phrase(missing), IsMissing: true, attribute?.Invoke(missing));
        }
    }

    private static IEnumerable<ContractDifference> MoreLocks(LockAction action, OperationContract declared, OperationContract own) =>
        from effect in own.Locks
        where effect.Action == action && !declared.Locks.Any(other => other.Action == action && Covers(other, effect))
        select new ContractDifference(LockText.Phrase(effect), IsMissing: false, LockText.Attribute(effect));

    private static IEnumerable<ContractDifference> SameLocks(LockAction action, OperationContract declared, OperationContract own) =>
        MoreLocks(action, declared, own).Concat(
            from effect in declared.Locks
            where effect.Action == action && !own.Locks.Any(other => other.Action == action && Covers(effect, other))
            select new ContractDifference(LockText.Phrase(effect), IsMissing: true, LockText.Attribute(effect)));

    // To hold it exclusively is more than to hold it as a reader, and an alias alone stands for a path that ends in it.
    private static bool Covers(LockEffect declared, LockEffect own) =>
        LockText.NamesSame(declared.Lock, own.Lock) && declared.On == own.On && declared.OnResult == own.OnResult && declared.Unless == own.Unless
        && (declared.When is null || Conditions.AreSame(declared.When, own.When))
        && (declared.Mode == own.Mode || (declared.Mode == LockMode.Exclusive && declared.Action is LockAction.RequireHeld or LockAction.Take));

    private static IEnumerable<ContractDifference> Orders(OperationContract declared, OperationContract own) =>
        from order in own.TakesInOrder
        where !declared.TakesInOrder.Any(other => other.Count == order.Count && other.Zip(order, LockText.NamesSame).All(same => same))
        select new ContractDifference(
            $"takes {string.Join(" before ", order.Select(one => $"'{one}'"))}",
            IsMissing: false,
            $"TakesInOrder({string.Join(", ", order.Select(ContractText.Quoted))})");

    private static IEnumerable<ContractDifference> Order(OperationContract declared, OperationContract own) =>
        from order in own.Orders
        where !declared.Orders.Any(other => other with { When = null } == order with { When = null } && (other.When is null || Conditions.AreSame(other.When, order.When)))
        select new ContractDifference($"asks for an order of the step '{order.Step}'", IsMissing: false, null);

    private static IEnumerable<ContractDifference> Arguments(OperationContract declared, OperationContract own) =>
        from constraint in own.Arguments
        where !declared.Arguments.Any(other => other with { Because = null } == constraint with { Because = null })
        select new ContractDifference($"constrains the argument '{constraint.Parameter}'", IsMissing: false, null);

    private static IEnumerable<ContractDifference> Data(OperationContract declared, OperationContract own) =>
        from effect in own.Data
        where !declared.Data.Any(other => other.Data == effect.Data && (other.Writes || !effect.Writes) && (!other.Marked || effect.Marked))
        select new ContractDifference($"{(effect.Writes ? "writes" : "reads")} '{effect.Data}'", IsMissing: false, $"{(effect.Writes ? "Writes" : "Reads")}({ContractText.Quoted(effect.Data)}{(effect.Marked ? ", Marked = true" : "")})");

    private static IEnumerable<ContractDifference> Phase(OperationContract declared, OperationContract own) => own.Phase is { } phase && declared.Phase != phase
        ? [new ContractDifference($"runs in the phase '{phase}'", IsMissing: false, declared.Phase is null ? $"InPhase({ContractText.Quoted(phase)})" : null)]
        : [];

    private static IEnumerable<ContractDifference> RunsIn(OperationContract declared, OperationContract own)
    {
        Context missing = declared.RunsIn & ~own.RunsIn;
        return missing == Context.None ? [] : [new ContractDifference($"runs in {ContractText.Named(missing)}", IsMissing: true, own.RunsIn == Context.None && declared.Within == Section.None ? $"RunsIn({ContractText.Written(declared.RunsIn)})" : null)];
    }

    private static IEnumerable<ContractDifference> KeepsMask(OperationContract declared, OperationContract own)
    {
        Mask missing = declared.KeepsMask & ~own.KeepsMask;
        return missing == Mask.None ? [] : [new ContractDifference($"returns with the state of {ContractText.Named(missing)} that it found", IsMissing: true, own.KeepsMask == Mask.None ? $"KeepsMask({ContractText.Written(missing)})" : null)];
    }

    private static IEnumerable<ContractDifference> References(OperationContract declared, OperationContract own) =>
        declared.References.Except(own.References).Select(one => new ContractDifference($"takes a reference to '{one}'", IsMissing: true, $"TakesReference({ContractText.Quoted(one)})"));

    // Parameters that say nothing are those of the declaration.
    private static IEnumerable<ContractDifference> Handlers(OperationContract declared, OperationContract own) =>
        from handler in own.ParameterRunsIn
        let others = handler.Value.Contexts & ~(declared.ParameterRunsIn.TryGetValue(handler.Key, out ContextRule? rule) ? rule.Contexts : Context.None)
        where others != Context.None
        select new ContractDifference($"runs '{handler.Key}' in {ContractText.Named(others)}", IsMissing: false, null);

    private static IEnumerable<string> Written(Mask mask) => mask == Mask.None ? [] : [ContractText.Written(mask)];

    private static string Written(MaskChange change) => $"{ContractText.Written(change.Mask)}, {(change.Masked ? "true" : "false")}";

    private static IEnumerable<string> Written(PriorityMaskWrite? write) => write is null ? [] : [$"{write.Parameter}, Irq = 0x{write.Irq:x}, Nmi = 0x{write.Nmi:x}"];

    private static IEnumerable<string> Written(GuardContract? guard) => guard is null ? [] : [$"{guard.Holds ?? "no lock"}, {guard.Mode}, {guard.Restores}, {guard.Unmasks}"];

    private static string Written(TransitionContract transition) =>
        string.Join(", ", new[] { transition.Protocol, transition.Event, transition.Of, transition.Per.ToString(), transition.When is null ? null : Conditions.Written(transition.When), transition.OnResult }.Where(part => part is not null));
}
