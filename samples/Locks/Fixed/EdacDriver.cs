using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>Requests the interrupt of an error collector, whose handler stands in another class.</summary>
public sealed class EdacDriver
{
    /// <summary>The line.</summary>
    public static readonly IntId Faults = IntId.Ppi(13);

    private readonly EdacHandler handler = new();

    /// <summary>Requests the line.</summary>
    [RunsIn(Context.Task)]
    public void Probe()
    {
        if (Irq.RequestPercpuIrq(Faults, handler.Handle, "edac") == Errno.Ok)
        {
            using (Preemption.Off())
            {
                Irq.EnablePercpuIrq(Faults);
            }
        }
    }
}

/// <summary>Says in which context it runs, so that its body is judged while it is typed.</summary>
public sealed class EdacHandler
{
    private readonly Shared<int> faults = new(0);

    [RunsIn(Context.HardIrq)]
    internal IrqReturn Handle(IntId irq)
    {
        faults.FetchAdd(1);
        return IrqReturn.Handled;
    }
}
