using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>Two buffers that a device assigned to a guest uses at once, reserved through a wound/wait ticket.</summary>
public sealed class PinnedBuffers
{
    private static readonly WwClass s_reservations = new();

    private readonly WwTicket ticket = new(s_reservations);
    private readonly WwMutex ring = new(s_reservations);
    private readonly WwMutex data = new(s_reservations);
    private readonly Shared<int> pinned = new(0);

    /// <summary>Pins both.</summary>
    [RunsIn(Context.Task)]
    public void Pin()
    {
        // Nobody else takes buffers yet, so no refusal is expected; the ticket is used after Done().
        ticket.Open();
        if (ring.Acquire(ticket) == Errno.Ok)
        {
            ticket.Done();
            if (data.Acquire(ticket) == Errno.Ok)
            {
                pinned.WriteOnce(2);
                data.Release();
            }

            ring.Release();
        }

        ticket.Close();
    }
}
