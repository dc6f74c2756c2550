namespace Locks;

/// <summary>A lock of the program's own, whose contracts stand in TicketLock.irqcontracts. One of them names a method by the name it had before.</summary>
public sealed class TicketLock
{
    private uint owner;
    private uint next;

    /// <summary>Waits for its turn.</summary>
    public void Lock()
    {
        uint ticket = next++;
        while (owner != ticket)
        {
        }
    }

    /// <summary>Lets the next one in.</summary>
    public void Unlock() => owner++;
}
