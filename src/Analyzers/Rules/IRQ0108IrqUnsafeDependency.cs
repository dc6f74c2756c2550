using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock that is held with interrupts on, and that is taken inside one which a handler waits for, through any chain.</summary>
internal sealed class IRQ0108IrqUnsafeDependency() : ScopeRule("IRQ0108")
{
    // A holder that a handler waits for directly is that rule's finding; masking there ends this ring too.
    public override IEnumerable<Finding> Check(ScopeModel model) =>
        from ring in model.Locks.Rings
        where ring.Kind == LockReportKind.InterruptCycle
        let interrupt = ring.Steps.First(step => step.Step.Interrupt != Context.None)
        let holder = interrupt.Held
        where holder is not null && model.Locks.OpenHoldings.All(open => open.Holder.Call != holder.Call)
        select Describe(model.Locks, ring, interrupt, holder);

    private static Finding Describe(LockDiscipline locks, LockRing ring, LockRingStep interrupt, LockTaken holder)
    {
        CallEvent call = holder.Call;
        string chain = string.Join(", ", ring.Steps.Where(step => step != interrupt).Select(step =>
            $"'{step.Waiting.Call.Body.Name}' takes {locks.DisplayOf(step.Step.To)} while {locks.DisplayOf(step.Step.From)} is held"));
        return Finding.At(
            call,
            holder.Reach,
            LawIds.LockIrqUnsafeDependency,
            call.Name, holder.Lock.Display, interrupt.Waiting.Call.Body.Name, locks.DisplayOf(interrupt.Step.To), interrupt.Step.Interrupt.Describe(), chain, LockPaths.Verb(holder), Where(interrupt.Step.Interrupt), Remedy(interrupt.Step.Interrupt)) with
        {
            IsAboutSubjects = true,
            Subjects = [.. ring.Steps.Select(step => step.Step.To.Name).OrderBy(name => name, System.StringComparer.Ordinal)],
            Ends = [.. ring.Steps.Select(step => step.Waiting.Call)],
            Path = [.. ring.Steps.SelectMany(LockPaths.Lines)],
            Locations = [.. ring.Steps.SelectMany(LockPaths.Places)],
        };
    }

    private static string Where(Context interrupt) => (interrupt & ~Context.AnyNmi) != 0 ? "with interrupts on" : "where an NMI may arrive";

    private static string Remedy(Context interrupt) => PreemptionMatrix.MaskedBy(interrupt) switch
    {
        _ when (interrupt & ~Context.AnyNmi) != 0 => "Take it with interrupts off, or do not take it inside the handler's lock",
        Mask.None => "Do not take it inside the handler's lock",
        _ => "Take it with DAIF masked, or do not take it inside the handler's lock",
    };
}
