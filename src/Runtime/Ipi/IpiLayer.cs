using System;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// The reference IPI layer: which IPIs become NMIs, the fallback when a request fails, set-up and tear-down on each CPU, and the handlers. Code that has
/// an IPI layer of its own (as the samples do) does not use it.
/// </summary>
/// <remarks>Source: Linux <c>arch/arm64/kernel/smp.c</c>, 6.12.</remarks>
public static class IpiLayer
{
    private const long BacktraceTimeout = 10_000_000_000;

    private static readonly Operation s_backtrace = Operation.Of(typeof(IpiLayer), nameof(TriggerCpumaskBacktrace));
    private static readonly Ipi[] s_all = Enum.GetValues<Ipi>();

    /// <summary>
    /// <c>ipi_should_be_nmi</c>: wanted as an NMI on machines with priority masking. What an IPI became stands in <see cref="IpiState.FlavourOf"/>: the
    /// request may have failed.
    /// </summary>
    [NmiSafe]
    public static bool ShouldBeNmi(Ipi ipi) =>
        CpuFeatures.UsesIrqPrioMasking && ipi is Ipi.CpuStopNmi or Ipi.CpuBacktrace or Ipi.KgdbRoundup;

    /// <summary>
    /// <c>set_smp_ipi_range</c>: requests a line for each IPI, as an NMI where that is wanted and possible and as an ordinary interrupt otherwise, records
    /// which, and sets the lines up on every CPU, now and when CPUs come up.
    /// </summary>
    /// <returns>The first error of a line that could be requested in neither way.</returns>
    [LegalIn(Context.Task)]
    [MayBlock]
    public static Errno SetSmpIpiRange(IntId first, int count)
    {
        Smp.SetIpiRange(first, count);
        IpiState state = Machine.Current.Ipis;
        Errno result = Errno.Ok;
        foreach (Ipi ipi in s_all.AsSpan(0, state.Available))
        {
            Errno error = Request(state, ipi);
            result = result == Errno.Ok ? error : result;
        }

        CpuHotplug.SetupState("arm64/ipi:starting", Setup, Teardown);
        return result;
    }

    /// <summary><c>ipi_setup</c>: prepares and enables the lines on this CPU, each with the calls of the flavour it was requested with.</summary>
    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    [RequiresMasked(Mask.Preemption)]
    public static void Setup(CpuId cpu)
    {
        IpiState state = Machine.Current.Ipis;
        foreach (Ipi ipi in s_all.AsSpan(0, state.Available))
        {
            IntId line = Smp.IpiLine(ipi);
            switch (state.FlavourOf(ipi))
            {
                case IpiFlavour.Nmi when Irq.PreparePercpuNmi(line) == Errno.Ok:
                    Irq.EnablePercpuNmi(line);
                    break;
                case IpiFlavour.Irq:
                    Irq.EnablePercpuIrq(line);
                    break;
            }
        }
    }

    /// <summary><c>ipi_teardown</c>: the reverse, on this CPU.</summary>
    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    [RequiresMasked(Mask.Preemption)]
    public static void Teardown(CpuId cpu)
    {
        IpiState state = Machine.Current.Ipis;
        foreach (Ipi ipi in s_all.AsSpan(0, state.Available))
        {
            IntId line = Smp.IpiLine(ipi);
            switch (state.FlavourOf(ipi))
            {
                case IpiFlavour.Nmi:
                    Irq.DisablePercpuNmi(line);
                    Irq.TeardownPercpuNmi(line);
                    break;
                case IpiFlavour.Irq:
                    Irq.DisablePercpuIrq(line);
                    break;
            }
        }
    }

    /// <summary><c>arch_trigger_cpumask_backtrace</c>: asks these CPUs for a backtrace and waits up to 10 s until each has answered.</summary>
    /// <returns>True when all answered.</returns>
    [NmiSafe]
    public static bool TriggerCpumaskBacktrace(CpuMask mask)
    {
        IpiState state = s_backtrace.Begin(Machine.Current.Ipis).Machine.Ipis;
        CpuId self = Preemption.GetCpu();
        CpuMask others = mask & Smp.OnlineCpus;
        bool own = others.Contains(self);
        others -= self;
        state.BacktraceWanted |= others;
        if (own)
        {
            Backtrace(self);
        }

        if (!others.IsEmpty)
        {
            Smp.CrossCall(others, Ipi.CpuBacktrace);
        }

        IExecution execution = Machine.Current.Execution;
        execution.Wait(new WaitFor(
            WaitStyle.Spin, s_backtrace, others, () => (state.BacktraceWanted & others).IsEmpty, Deadline: execution.Now + BacktraceTimeout));
        CpuMask silent = state.BacktraceWanted & others;
        state.BacktraceWanted -= silent;
        Preemption.PutCpu();
        return silent.IsEmpty;
    }

    /// <summary><c>kgdb_roundup_cpus</c>: brings every other CPU into the debugger. Called from the debugger, so possibly in an NMI.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static void KgdbRoundupCpus()
    {
        CpuMask others = Smp.OnlineCpus - Processor.Id;
        if (!others.IsEmpty)
        {
            Smp.CrossCall(others, Ipi.KgdbRoundup);
        }
    }

    /// <summary>
    /// <c>smp_send_stop</c>: asks the other CPUs to stop by an ordinary IPI, waits up to 1 s, then stops the rest by NMI and waits up to 10 ms. Takes no
    /// lock: the holder may be a CPU that has stopped. Masks SDEI on this CPU in any case.
    /// </summary>
    /// <returns>True when no other CPU is online at the end.</returns>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static bool SendStop()
    {
        IpiState state = Machine.Current.Ipis;
        bool stopped = Smp.NumOtherOnline() == 0;
        if (!stopped && !state.StopInProgress)
        {
            state.StopInProgress = true;
            CpuMask others = Smp.OnlineCpus - Processor.Id;
            Smp.CrossCall(others, Ipi.CpuStop);
            stopped = Smp.WaitForOthersToStop(1_000_000);
            if (!stopped && state.FlavourOf(Ipi.CpuStopNmi) == IpiFlavour.Nmi)
            {
                others = Smp.OnlineCpus - Processor.Id;
                Smp.CrossCall(others, Ipi.CpuStopNmi);
                stopped = Smp.WaitForOthersToStop(10_000);
            }

            if (!stopped)
            {
                Printk.Deferred($"SMP: failed to stop secondary CPUs {Smp.OnlineCpus - Processor.Id}");
            }
        }

        Sdei.MaskLocalCpu();
        return stopped;
    }

    private static Errno Request(IpiState state, Ipi ipi)
    {
        IntId line = Smp.IpiLine(ipi);
        Errno error = Errno.EINVAL;
        if (ShouldBeNmi(ipi))
        {
            error = Irq.RequestPercpuNmi(line, HandleNmiIpi, "IPI");
            if (error == Errno.Ok)
            {
                state.Record(ipi, IpiFlavour.Nmi);
                return error;
            }
        }

        error = ipi is Ipi.CpuStopNmi or Ipi.CpuBacktrace or Ipi.KgdbRoundup
            ? Irq.RequestPercpuIrq(line, HandleNmiIpi, "IPI")
            : Irq.RequestPercpuIrq(line, HandleIrqIpi, "IPI");
        state.Record(ipi, error == Errno.Ok ? IpiFlavour.Irq : IpiFlavour.None);
        return error;
    }

    [RunsIn(Context.HardIrq)]
    private static IrqReturn HandleIrqIpi(IntId irq)
    {
        Machine machine = Machine.Current;
        switch (IpiOf(machine, irq))
        {
            case Ipi.Reschedule:
                machine.Cpus[Processor.Id.Value].NeedsReschedule = true;
                break;
            case Ipi.CallFunc:
                Smp.HandleCallFunction();
                break;
            case Ipi.CpuStop:
                Stop();
                break;
            case Ipi.Timer:
            case Ipi.IrqWork:
                IrqWork.Run();
                break;
        }

        return IrqReturn.Handled;
    }

    // Written for both: these are NMIs where that is possible, and ordinary interrupts elsewhere.
    [RunsIn(Context.HardIrq | Context.PseudoNmi)]
    private static IrqReturn HandleNmiIpi(IntId irq)
    {
        Machine machine = Machine.Current;
        CpuId self = Processor.Id;
        switch (IpiOf(machine, irq))
        {
            case Ipi.CpuStopNmi:
                Stop();
                break;
            case Ipi.CpuBacktrace:
                if (machine.Ipis.BacktraceWanted.Contains(self))
                {
                    Backtrace(self);
                    machine.Ipis.BacktraceWanted -= self;
                }

                break;
            case Ipi.KgdbRoundup:
                machine.Ipis.InDebugger = machine.Ipis.InDebugger.With(self);
                break;
        }

        return IrqReturn.Handled;
    }

    // local_daif_mask first: it keeps the racing stop NMI out.
    [NmiSafe]
    private static void Stop()
    {
        LocalDaif.Mask();
        Smp.SetCpuOnline(Processor.Id, false);
        Sdei.MaskLocalCpu();
        Processor.Park();
    }

    [NmiSafe]
    private static void Backtrace(CpuId cpu) => Printk.Deferred($"NMI backtrace for {cpu}");

    private static Ipi IpiOf(Machine machine, IntId irq) => (Ipi)(irq.Value - machine.Ipis.First!.Value.Value);
}
