using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>Reads the contract attributes of a loaded member into the record that the analyzer fills from metadata.</summary>
public static class ContractReader
{
    /// <summary>The contract of a method or constructor.</summary>
    public static OperationContract Read(MethodBase method)
    {
        ArgumentNullException.ThrowIfNull(method);
        OperationContract contract = Read(method, DocumentationId.Of(method));
        var handlers = new Dictionary<string, ContextRule>();
        foreach (ParameterInfo parameter in method.GetParameters())
        {
            if (parameter.GetCustomAttribute<RunsInAttribute>() is { } runsIn)
            {
                handlers[parameter.Name!] = new ContextRule(runsIn.Contexts, Within: runsIn.Within);
            }
        }

        GuardAttribute? guard = (method as MethodInfo)?.ReturnParameter.GetCustomAttribute<GuardAttribute>();
        return contract with
        {
            ParameterRunsIn = handlers,
            Guard = guard is null ? null : new GuardContract(guard.Holds, guard.Mode, guard.Restores, guard.Unmasks),
            TakesOver = [.. method.GetParameters().Where(parameter => !parameter.ParameterType.IsByRef && parameter.IsDefined(typeof(GuardAttribute))).Select(parameter => parameter.Name!)],
        };
    }

    /// <summary>The contract of the data in a field or property; null when it has none.</summary>
    public static DataContract? ReadData(MemberInfo member)
    {
        ArgumentNullException.ThrowIfNull(member);
        GuardedByAttribute? guarded = member.GetCustomAttribute<GuardedByAttribute>();
        OwnedByAttribute? owned = member.GetCustomAttribute<OwnedByAttribute>();
        WriteOnceAttribute? once = member.GetCustomAttribute<WriteOnceAttribute>();
        return guarded is null && owned is null && once is null
            ? null
            : new DataContract(
                guarded?.Lock is { } one ? [one] : guarded?.All ?? [],
                guarded?.ReadAny ?? [],
                owned?.Contexts ?? Context.None,
                owned?.Within ?? Section.None,
                once?.Phase);
    }

    /// <summary>The contract of a property.</summary>
    public static OperationContract Read(PropertyInfo property)
    {
        ArgumentNullException.ThrowIfNull(property);
        return Read(property, DocumentationId.Of(property));
    }

    private static OperationContract Read(MemberInfo member, string id)
    {
        RunsInAttribute? runsIn = member.GetCustomAttribute<RunsInAttribute>();
        RestoresMaskAttribute? restores = member.GetCustomAttribute<RestoresMaskAttribute>();
        return new OperationContract
        {
            DocumentationId = id,
            RunsIn = runsIn?.Contexts ?? Context.None,
            Within = runsIn?.Within ?? Section.None,
            LegalIn = [.. All<LegalInAttribute>(member).Select(legal => new ContextRule(legal.Contexts, Condition(legal.When)))],
            ForbiddenIn = [.. All<ForbiddenInAttribute>(member).Select(forbidden => new ContextRule(forbidden.Contexts, Condition(forbidden.When), forbidden.Because))],
            TellsContext = member.GetCustomAttribute<TellsContextAttribute>()?.Contexts ?? Context.None,
            EntersContext = member.GetCustomAttribute<EntersContextAttribute>()?.Context ?? Context.None,
            LeavesContext = member.IsDefined(typeof(LeavesContextAttribute), inherit: true),
            NmiSafe = member.IsDefined(typeof(NmiSafeAttribute), inherit: true),
            MayBlock = member.GetCustomAttribute<MayBlockAttribute>() is { } block ? new Conditional(Condition(block.When)) : null,
            TakesInOrder = [.. All<TakesInOrderAttribute>(member).Select(order => order.Locks)],
            MayAllocate = member.IsDefined(typeof(MayAllocateAttribute), inherit: true),
            MayThrow = member.IsDefined(typeof(MayThrowAttribute), inherit: true),
            WaitsForCpus = member.GetCustomAttribute<WaitsForCpusAttribute>() is { } waits ? new Conditional(Condition(waits.When)) : null,
            WaitsForInterrupt = member.GetCustomAttribute<WaitsForInterruptAttribute>() is { } wait ? new InterruptWait(wait.WhenMasked) : null,
            Parks = member.IsDefined(typeof(ParksAttribute), inherit: true),
            RequiresMasked = member.GetCustomAttribute<RequiresMaskedAttribute>()?.Mask ?? Mask.None,
            RequiresUnmasked = member.GetCustomAttribute<RequiresUnmaskedAttribute>()?.Mask ?? Mask.None,
            SavesMask = member.GetCustomAttribute<SavesMaskAttribute>()?.Mask ?? Mask.None,
            RestoresMask = restores?.Mask ?? Mask.None,
            RestoresFrom = restores?.From,
            KeepsMask = member.GetCustomAttribute<KeepsMaskAttribute>()?.Mask ?? Mask.None,
            SetsMask = [.. All<SetsMaskAttribute>(member).Select(sets => new MaskChange(sets.Mask, sets.Masked))],
            PriorityMask = member.GetCustomAttribute<WritesPriorityMaskAttribute>() is { } level ? new PriorityMaskWrite(level.Parameter, level.Irq, level.Nmi) : null,
            Priority = member.GetCustomAttribute<ProgramsPriorityAttribute>() is { } priority ? new PriorityUse(priority.Parameter, priority.Absolute, priority.IrqOff, priority.IrqOn) : null,
            PreparesInterrupts = member.GetCustomAttribute<PreparesInterruptsAttribute>()?.What,
            Reinterprets = member.GetCustomAttribute<ReinterpretsFlagsAttribute>() is { } kinds ? new FlagReinterpretation(kinds.From, kinds.To) : null,
            Locks = [.. Locks(member)],
            Disposes = member.IsDefined(typeof(DisposesAttribute), inherit: true),
            Transitions = [.. All<TransitionAttribute>(member).Select(t => new TransitionContract(t.Protocol, t.Event, t.Of, t.Per, Condition(t.When)) { OnResult = t.OnResult, Unless = t.Unless })],
            Steps = [.. All<StepAttribute>(member).Select(step => step.Name), .. All<QuiescesAttribute>(member).Select(_ => Steps.Quiesce)],
            Orders = [.. Orders(member)],
            Capability = member.GetCustomAttribute<CapabilityAttribute>()?.Name,
            Expresses = member.GetCustomAttribute<ExpressesAttribute>()?.Parameter,
            Wraps = member.GetCustomAttribute<WrapsAttribute>() is { } wraps ? new WrappedNumber(wraps.Parameter, wraps.Plus) : null,
            Arguments = [.. Arguments(member)],
            PartOf = member.GetCustomAttribute<PartOfAttribute>()?.Member,
            Data = [.. All<ReadsAttribute>(member).Select(reads => new DataEffect(reads.Data, false, reads.Marked)), .. All<WritesAttribute>(member).Select(writes => new DataEffect(writes.Data, true, writes.Marked))],
            References = [.. All<TakesReferenceAttribute>(member).Select(takes => takes.Data)],
            Phase = member.GetCustomAttribute<InPhaseAttribute>()?.Phase,
            NmiSafeAlternative = member.GetCustomAttribute<NmiSafeAlternativeAttribute>()?.Member,
        };
    }

    private static IEnumerable<OrderContract> Orders(MemberInfo member)
    {
        foreach (FollowedByAttribute followed in All<FollowedByAttribute>(member))
        {
            yield return new OrderContract(OrderRule.FollowedBy, followed.Step, followed.Before, followed.Law ?? LawIds.StepOrder, Condition(followed.When), followed.Unless);
        }

        foreach (PrecededByAttribute preceded in All<PrecededByAttribute>(member))
        {
            yield return new OrderContract(OrderRule.PrecededBy, preceded.Step, preceded.Since, preceded.Law ?? LawIds.StepOrder, Condition(preceded.When));
        }

        foreach (NotBeforeAttribute early in All<NotBeforeAttribute>(member))
        {
            yield return new OrderContract(OrderRule.NotBefore, early.Step, early.Unless, early.Law ?? LawIds.StepOrder, Without: early.Without);
        }

        foreach (SelfSynchronisingAttribute self in All<SelfSynchronisingAttribute>(member))
        {
            yield return new OrderContract(OrderRule.SelfSynchronising, self.Step, self.Except, LawIds.RedundantSync);
        }

        foreach (RequiresCapabilityAttribute requires in All<RequiresCapabilityAttribute>(member))
        {
            yield return new OrderContract(OrderRule.RequiresCapability, requires.Name, null, LawIds.Capability, Condition(requires.When));
        }
    }

    private static IEnumerable<LockEffect> Locks(MemberInfo member)
    {
        foreach (AcquiresAttribute acquires in All<AcquiresAttribute>(member))
        {
            yield return new LockEffect(LockAction.Acquire, acquires.Lock, acquires.Mode, When: Condition(acquires.When))
            {
                OnResult = acquires.OnResult,
                Unless = acquires.Unless,
                Subclass = acquires.Subclass,
                Nest = acquires.Nest,
            };
        }

        foreach (ReleasesAttribute releases in All<ReleasesAttribute>(member))
        {
            yield return new LockEffect(LockAction.Release, releases.Lock, releases.Mode, When: Condition(releases.When)) { Unless = releases.Unless };
        }

        foreach (TryAcquiresAttribute tries in All<TryAcquiresAttribute>(member))
        {
            yield return new LockEffect(LockAction.TryAcquire, tries.Lock, tries.Mode, tries.On) { Nest = tries.Nest };
        }

        foreach (TakesAttribute takes in All<TakesAttribute>(member))
        {
            yield return new LockEffect(LockAction.Take, takes.Lock, takes.Mode, When: Condition(takes.When)) { Unless = takes.Unless };
        }

        foreach (RequiresHeldAttribute held in All<RequiresHeldAttribute>(member))
        {
            yield return new LockEffect(LockAction.RequireHeld, held.Lock, held.Mode);
        }

        foreach (RequiresNotHeldAttribute notHeld in All<RequiresNotHeldAttribute>(member))
        {
            yield return new LockEffect(LockAction.RequireNotHeld, notHeld.Lock);
        }

        foreach (InitialisesAttribute initialises in All<InitialisesAttribute>(member))
        {
            yield return new LockEffect(LockAction.Initialise, initialises.Lock);
        }
    }

    private static IEnumerable<ArgumentConstraint> Arguments(MemberInfo member)
    {
        foreach (RejectsFlagAttribute rejects in All<RejectsFlagAttribute>(member))
        {
            yield return new ArgumentConstraint(ArgumentRule.RejectsFlag, rejects.Parameter, rejects.Flag.ToString()!, Number(rejects.Flag), 0, rejects.Because);
        }

        foreach (RequiresFlagAttribute requires in All<RequiresFlagAttribute>(member))
        {
            yield return new ArgumentConstraint(ArgumentRule.RequiresFlag, requires.Parameter, requires.Flag.ToString()!, Number(requires.Flag), 0, requires.Because);
        }

        foreach (ArgumentRangeAttribute range in All<ArgumentRangeAttribute>(member))
        {
            yield return new ArgumentConstraint(ArgumentRule.Range, range.Parameter, "", range.Minimum, range.Maximum, range.Because)
            {
                When = Condition(range.When),
                Law = range.Law ?? LawIds.NmiRequestConstraint,
            };
        }
    }

    private static long Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static IEnumerable<T> All<T>(MemberInfo member)
        where T : Attribute => member.GetCustomAttributes<T>();

    private static When? Condition(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return When.TryParse(text, out When? when, out string? error) ? when : throw new InvalidOperationException(error);
    }
}
