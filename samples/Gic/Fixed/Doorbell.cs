using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace GicDriver;

/// <summary>A message to another CPU, and the SGI that says there is one.</summary>
public sealed class Doorbell
{
    /// <summary>The SGI.</summary>
    public static readonly IntId Ipi = IntId.Sgi(9);

    private readonly Shared<int> message = new(0, "message");
    private readonly Shared<int> answer = new(0, "answer");

    /// <summary>The root handler of a machine that has nothing else.</summary>
    [RunsIn(Context.HardIrq)]
    public void HandleIrq()
    {
        IntId irq = Icc.ReadIar1();
        if (irq.IsSpecial)
        {
            return;
        }

        Icc.WriteEoir1(irq);
        Barrier.Isb();
        answer.WriteOnce(message.ReadOnce() + 1);
        Icc.WriteDir(irq);
    }

    /// <summary>Sends the message and waits for the answer.</summary>
    [RunsIn(Context.Task, Within = Section.PreemptOff)]
    public void Ring(CpuId to)
    {
        message.WriteOnce(1);
        Barrier.Dsb();
        Icc.SendSgi(Ipi, CpuMask.Of(to));
        Barrier.Isb();
        while (answer.ReadOnce() == 0)
        {
            Processor.Relax();
        }
    }
}
