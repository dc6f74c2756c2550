using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>
/// A debug UART whose break character gets through to a CPU that has interrupts off: an SPI, so that somebody decides which CPU that is. An ordinary interrupt where there are
/// no NMIs.
/// </summary>
public sealed class DebugUart
{
    /// <summary>Its line.</summary>
    public static readonly IntId Line = IntId.Spi(9);

    private readonly Shared<int> breaks = new(0);
    private bool isNmi;
    private CpuId on;

    /// <summary>Follows CPUs that go.</summary>
    [RunsIn(Context.Task)]
    public Errno Register() => CpuHotplug.SetupOnlineState("uart:online", static cpu => Errno.Ok, CpuGoes, out _);

    /// <summary>Breaks go to this CPU, if it is online.</summary>
    [RunsIn(Context.Task)]
    public Errno Open(CpuId cpu)
    {
        // Until the line is where it belongs no CPU may go.
        using (CpusLock.LockRead())
        {
            return Request(cpu);
        }
    }

    private Errno Request(CpuId cpu)
    {
        Errno err = Irq.RequestNmi(Line, OnBreak, IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable, "uart");
        isNmi = err == Errno.Ok;
        if (isNmi)
        {
            // As a driver of an ordinary interrupt does: request it, then say where it goes.
            on = Irq.SetAffinity(Line, cpu) == Errno.Ok ? cpu : on;
            Irq.EnableNmi(Line);
            return Errno.Ok;
        }

        return Irq.RequestIrq(Line, OnBreak, IrqRequestFlags.None, "uart");
    }

    // The core moves ordinary lines off a CPU that goes, and leaves an NMI behind.
    [RunsIn(Context.Task, Within = Section.CpuOnline)]
    private Errno CpuGoes(CpuId cpu)
    {
        if (isNmi && on == cpu)
        {
            Irq.DisableNmiNosync(Line);
            Irq.FreeNmi(Line);
            return Request((Smp.OnlineCpus - cpu).First);
        }

        return Errno.Ok;
    }

    [RunsIn(Context.PseudoNmi | Context.HardIrq)]
    private IrqReturn OnBreak(IntId irq)
    {
        breaks.FetchAdd(1);
        return IrqReturn.Handled;
    }
}
