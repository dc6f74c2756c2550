using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// The barrier instructions of the CPU. Under the memory model <c>sc</c> they order nothing that is not ordered anyway; under <c>arm</c> they drain the
/// store buffer and let pending register effects take place. Source: Arm DDI 0487, B2.3 and D1 ("Context synchronization event").
/// </summary>
public static class Barrier
{
    private static readonly Operation s_dmb = Operation.Of(typeof(Barrier), nameof(Dmb));
    private static readonly Operation s_dsb = Operation.Of(typeof(Barrier), nameof(Dsb));
    private static readonly Operation s_isb = Operation.Of(typeof(Barrier), nameof(Isb));

    /// <summary><c>smp_mb()</c>, <c>DMB ISH</c>: what other CPUs see of the accesses before it comes before what they see of those after it.</summary>
    [NmiSafe]
    [Step(Rules.Steps.Dmb)]
    public static void Dmb()
    {
        Cpu cpu = s_dmb.Begin();
        cpu.Stores?.Drain();
        cpu.Publish(MachineEventKind.Barrier);
    }

    /// <summary><c>dsb(sy)</c>: goes on when everything before it is complete, writes to memory-mapped registers of the GIC included.</summary>
    [NmiSafe]
    [Step(Rules.Steps.Dsb)]
    [Step(Rules.Steps.Dmb)]
    public static void Dsb()
    {
        Cpu cpu = s_dsb.Begin();
        cpu.Stores?.Drain();
        cpu.Effects?.Complete(EffectBy.Dsb);
        cpu.Publish(MachineEventKind.Barrier);
    }

    /// <summary><c>isb()</c>: what follows is executed with every write of a system register before it in effect. Orders no memory.</summary>
    [NmiSafe]
    [Step(Rules.Steps.Isb)]
    public static void Isb() => s_isb.Begin().Effects?.Complete(EffectBy.Isb);
}
