using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace GicDriver;

/// <summary>A flash controller with an order of its own: a command runs until its status has been read.</summary>
public static class Flash
{
    /// <summary>Starts an erase. The status must be polled before anything else.</summary>
    [FollowedBy("status-polled")]
    public static void StartErase()
    {
    }

    /// <summary>True when the command is over.</summary>
    [Step("status-polled")]
    public static bool IsIdle() => true;

    /// <summary>Erases a block.</summary>
    public static void Erase(bool verify)
    {
        StartErase();
        while (!IsIdle())
        {
            Processor.Relax();
        }

        if (!verify)
        {
            return;
        }

        Printk.Deferred("flash: block erased");
    }
}
