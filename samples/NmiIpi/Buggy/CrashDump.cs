using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace NmiIpi;

/// <summary>crash_smp_send_stop() and the dump after it, which writes into records that drivers use too.</summary>
public sealed class CrashDump
{
    private const long TimeoutMicroseconds = 10_000;

    private readonly RawSpinLock recordLock = new("dump records");
    private readonly Shared<bool> deviceReady = new(false);
    private readonly Shared<int> records = new(0);

    /// <summary>A driver records the state of its device, and waits for it with interrupts off.</summary>
    public void Record()
    {
        using (recordLock.LockIrqSave())
        {
            records.FetchAdd(1);
            while (!deviceReady.ReadOnce())
            {
                Processor.Relax();
            }
        }
    }

    /// <summary>Stops every other CPU, whatever it does, and dumps.</summary>
    public void Dump()
    {
        LocalIrq.Disable();
        Preemption.Disable();
        Processor.BeginCrash("die");
        CpuMask others = Smp.OnlineCpus - Processor.Id;
        Smp.CrossCall(others, Ipi.CpuStop);
        if (!Smp.WaitForOthersToStop(TimeoutMicroseconds))
        {
            // Who does not listen to the interrupt has interrupts off, and may be anywhere in such a section.
            Smp.CrossCall(others, Ipi.CpuStopNmi);
            Smp.WaitForOthersToStop(TimeoutMicroseconds);
        }

        // A CPU that was stopped in Record never gives it back.
        recordLock.Acquire();
        records.FetchAdd(1);
        recordLock.Release();
        Processor.Panic("dumped");
    }
}
