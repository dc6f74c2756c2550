using System;
using System.Collections.Generic;
using System.Globalization;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>Where an operation is executed, as far as it is known.</summary>
/// <param name="Contexts">Every context it is executed in: each must be legal.</param>
/// <param name="Masked">What is masked on every path.</param>
/// <param name="Unmasked">What is unmasked on every path.</param>
/// <param name="Within">Sections that hold.</param>
public readonly record struct Situation(Context Contexts, Mask Masked, Mask Unmasked, Section Within)
{
    /// <summary>
    /// The situation at the entry of code that runs in these contexts. Interrupt-like contexts start with interrupts masked and preemption
    /// off; a task starts with nothing known to be masked.
    /// </summary>
    public static Situation AtEntry(Context contexts, Section within)
    {
        Mask masked = (contexts & Context.Task) == 0 && contexts != Context.None ? Mask.Preemption : Mask.None;
        if (contexts != Context.None && (contexts & (Context.Task | Context.SoftIrq)) == 0)
        {
            masked |= Mask.SoftIrq | Mask.Irq;
        }

        if (contexts.IsNmi())
        {
            masked |= Mask.Daif;
        }

        if ((within & (Section.CpuStarting | Section.StopMachine | Section.CpuPm)) != 0)
        {
            masked |= Mask.Preemption | Mask.Irq | Mask.SoftIrq;
        }

        if ((within & Section.PreemptOff) != 0)
        {
            masked |= Mask.Preemption;
        }

        return new Situation(contexts, masked, Mask.None, within);
    }
}

/// <summary>A law broken by executing an operation where it is not legal.</summary>
/// <param name="Law">The law.</param>
/// <param name="Where">The context or state that makes it illegal, as a person says it.</param>
/// <param name="Because">Why, completing "because it …".</param>
public sealed record Breach(string Law, string Where, string Because);

/// <summary>
/// Whether an operation is legal where it is executed. The analyzer asks with what it inferred, the simulator with the state of the machine:
/// both get the same answer from the same contract.
/// </summary>
public static class Legality
{
    /// <summary>False when no law is about executing <paramref name="operation"/> in <paramref name="situation"/>, so that nothing need be judged.</summary>
    public static bool Asks(OperationContract operation, Situation situation) =>
        operation.LegalIn.Count > 0 || operation.ForbiddenIn.Count > 0 || operation.MayBlock is not null || operation.MayAllocate || operation.WaitsForCpus is not null
        || operation.WaitsForInterrupt is not null || operation.PriorityMask is not null || operation.RequiresMasked != Mask.None || operation.RequiresUnmasked != Mask.None
        || (operation.Locks.Count > 0 && (situation.Contexts & Context.AnyNmi) != Context.None);

    /// <summary>The laws that executing <paramref name="operation"/> breaks in <paramref name="situation"/>.</summary>
    /// <param name="operation">The operation's contract.</param>
    /// <param name="situation">Where it is executed.</param>
    /// <param name="constantOf">An argument's constant by parameter name, or null when it is unknown; see <see cref="When.Holds"/>.</param>
    /// <param name="lockClassOf">The class of the lock that an effect names, or null when it is unknown.</param>
    public static IEnumerable<Breach> Judge(
        OperationContract operation,
        Situation situation,
        Func<string, string?> constantOf,
        Func<LockEffect, LockClass?> lockClassOf)
    {
        Context nmi = situation.Contexts & Context.AnyNmi;
        if (operation.NmiSafe)
        {
            nmi = Context.None;
        }

        foreach (ContextRule rule in operation.LegalIn)
        {
            Context outside = situation.Contexts & ~rule.Contexts;
            if (outside != 0 && When.Met(rule.When, constantOf) == true)
            {
                yield return OutsideContext(outside, rule.Because ?? $"is legal only in {rule.Contexts.Describe()}");
            }
        }

        foreach (ContextRule rule in operation.ForbiddenIn)
        {
            Context inside = situation.Contexts & rule.Contexts;
            if (inside != 0 && When.Met(rule.When, constantOf) == true)
            {
                yield return OutsideContext(inside, rule.Because ?? "is not legal there");
            }
        }

        if (operation.MayBlock is { } block && When.Met(block.When, constantOf) == true)
        {
            if (nmi != 0)
            {
                yield return new Breach(LawIds.NmiUnsafeCall, nmi.Describe(), "may sleep");
            }
            else if (AtomicReason(situation) is { } atomic)
            {
                yield return new Breach(LawIds.AtomicSleep, atomic, "may sleep");
            }
        }

        if (operation.MayAllocate && nmi != 0)
        {
            yield return new Breach(LawIds.NmiUnsafeCall, nmi.Describe(), "allocates memory and so takes the allocator's locks");
        }

        if (operation.WaitsForCpus is { } waits && When.Met(waits.When, constantOf) == true && (situation.Within & Section.CrashStop) == 0)
        {
            Context interrupt = situation.Contexts & Context.AnyInterrupt;
            if (interrupt != 0)
            {
                yield return new Breach(LawIds.CrossCallWait, interrupt.Describe(), "waits for other CPUs, which may be waiting for this one");
            }
            else if ((situation.Masked & (Mask.Irq | Mask.Daif)) != 0)
            {
                yield return new Breach(LawIds.CrossCallWait, "a region with interrupts masked", "waits for other CPUs, which may be waiting for this one");
            }
        }

        // What PSTATE masks still ends the wait. Which of the two masks code that says only where it starts, is not known.
        if (operation.WaitsForInterrupt is not null && (situation.Masked & (Mask.Irq | Mask.Daif)) == Mask.Irq && (situation.Within & Section.CpuStarting) == 0)
        {
            yield return new Breach(LawIds.IdleMasked, "code with interrupts masked by priority", "waits for an interrupt that the priority mask keeps from the CPU: an IRQ never wakes it");
        }

        // Whoever must hold off NMIs masks them by DAIF; then what the priority mask says does not matter.
        if (operation.PriorityMask is { } level && constantOf(level.Parameter) is { } text && long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long value)
            && (level.MaskedBy(value) & Mask.Nmi) != 0 && (situation.Masked & Mask.Daif) == 0)
        {
            yield return new Breach(LawIds.NmiMasked, "code that NMIs may interrupt", string.Format(CultureInfo.InvariantCulture, "writes 0x{0:x2} to the priority mask, which holds back what has the priority of NMIs, 0x{1:x2}, too", value, level.Nmi));
        }

        Mask missing = operation.RequiresMasked & situation.Unmasked;
        if (missing != 0)
        {
            yield return new Breach(LawIds.ContextLegal, $"code with {Describe(missing)} on", $"needs {Describe(missing)} off");
        }

        Mask forbidden = operation.RequiresUnmasked & situation.Masked;
        if (forbidden != 0)
        {
            yield return new Breach(LawIds.ContextLegal, $"code with {Describe(forbidden)} off", $"needs {Describe(forbidden)} on");
        }

        foreach (LockEffect effect in operation.Locks)
        {
            if (nmi == 0 || effect.Action is not (LockAction.Acquire or LockAction.Take) || When.Met(effect.When, constantOf) != true)
            {
                continue;
            }

            if (lockClassOf(effect) is { } lockClass)
            {
                WaitType wait = WaitTypes.Of(lockClass.Kind);
                if (wait > WaitType.Spin)
                {
                    yield return new Breach(LawIds.NmiBlockingLock, nmi.Describe(), $"may have to wait for {lockClass.Display}");
                }
                else if (wait == WaitType.Spin && PreemptionMatrix.MayPreempt(nmi, lockClass.UsedIn))
                {
                    yield return new Breach(LawIds.NmiBlockingLock, nmi.Describe(), $"waits for {lockClass.Display}, which the interrupted code may hold");
                }
            }
        }
    }

    /// <summary>Why sleeping is illegal here, or null.</summary>
    public static string? AtomicReason(Situation situation)
    {
        Context interrupt = situation.Contexts & Context.AnyInterrupt;
        if (interrupt != 0)
        {
            return interrupt.Describe();
        }

        if ((situation.Masked & (Mask.Irq | Mask.Daif)) != 0)
        {
            return "a region with interrupts masked";
        }

        if ((situation.Masked & (Mask.Preemption | Mask.SoftIrq)) != 0)
        {
            return "a region with preemption off";
        }

        return (situation.Within & Section.RcuReader) != 0 ? "an RCU read-side section" : null;
    }

    private static Breach OutsideContext(Context contexts, string because) =>
        new((contexts & Context.AnyNmi) != 0 ? LawIds.NmiUnsafeCall : LawIds.ContextLegal, contexts.Describe(), because);

    private static string Describe(Mask mask) => mask switch
    {
        Mask.Preemption => "preemption",
        Mask.SoftIrq => "softirqs",
        _ => "interrupts",
    };
}
