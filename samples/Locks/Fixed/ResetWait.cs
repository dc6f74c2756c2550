using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>Takes a device out of reset and notes how many polls that took, which every run with the same schedule repeats.</summary>
public sealed class ResetWait
{
    private readonly Shared<bool> ready = new(false);

    /// <summary>After how many polls the last one was ready.</summary>
    public long At { get; private set; }

    /// <summary>The device is ready.</summary>
    [RunsIn(Context.Task)]
    public void Ready() => ready.StoreRelease(true);

    /// <summary>reset_control_deassert().</summary>
    [RunsIn(Context.Task)]
    public void Deassert()
    {
        At = 1;
        while (!ready.LoadAcquire())
        {
            At++;
            Processor.Relax();
        }
    }
}
