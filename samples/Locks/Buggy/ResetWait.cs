using System.Diagnostics;
using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>Takes a device out of reset and notes when it was ready, by the clock of the machine that runs the model.</summary>
public sealed class ResetWait
{
    private readonly Shared<bool> ready = new(false);

    /// <summary>When the last one was ready, in ticks of the stopwatch.</summary>
    public long At { get; private set; }

    /// <summary>The device is ready.</summary>
    [RunsIn(Context.Task)]
    public void Ready() => ready.StoreRelease(true);

    /// <summary>reset_control_deassert().</summary>
    [RunsIn(Context.Task)]
    public void Deassert()
    {
        while (!ready.LoadAcquire())
        {
            Processor.Relax();
        }

        At = Stopwatch.GetTimestamp();
    }
}
