using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Rules;

/// <summary>
/// The protocol of wound/wait tickets: opened, used to acquire objects of one class, marked done, closed with nothing held; after a refusal
/// everything is released before the refused object, and only that, is acquired.
/// </summary>
/// <remarks>Source: Linux <c>Documentation/locking/ww-mutex-design.rst</c>; the debug checks of <c>include/linux/ww_mutex.h</c>.</remarks>
internal sealed class WoundWaitTickets
{
    private readonly Dictionary<string, Ticket> _tickets = [];
    private readonly Dictionary<(string Class, object Instance), string> _owners = [];

    private sealed record Ticket(string? Of)
    {
        public bool IsOpen { get; set; } = true;

        public bool IsDone { get; set; }

        public string? Of { get; set; } = Of;

        public int Count { get; set; }

        public LockIdentity? RefusedFor { get; set; }
    }

    public void Open(string name, string? of) => _tickets[name] = new Ticket(of);

    public string? Finish(string name)
    {
        if (Find(name) is not { IsOpen: true } ticket)
        {
            return $"ticket {name} is marked done, but it is not open";
        }

        if (ticket.IsDone)
        {
            return $"ticket {name} is marked done twice";
        }

        ticket.IsDone = true;
        return null;
    }

    public string? Close(string name)
    {
        if (Find(name) is not { IsOpen: true } ticket)
        {
            return $"ticket {name} is closed, but it is not open";
        }

        ticket.IsOpen = false;
        return ticket.Count > 0 ? $"ticket {name} is closed while it holds {ticket.Count} object(s)" : null;
    }

    public void Copy(string from, string to)
    {
        if (Find(from) is { } ticket)
        {
            _tickets[to] = ticket with { };
        }
    }

    public void WriteClass(string name, string? of)
    {
        if (Find(name) is { } ticket)
        {
            ticket.Of = of;
        }
    }

    public void WriteCount(string name, int count)
    {
        if (Find(name) is { } ticket)
        {
            ticket.Count = count;
        }
    }

    public void WriteOwner(LockIdentity identity, string? ticket)
    {
        if (ticket is null)
        {
            _ = _owners.Remove(KeyOf(identity));
        }
        else
        {
            _owners[KeyOf(identity)] = ticket;
        }
    }

    /// <summary>An acquire that succeeded or was refused; the faults of it.</summary>
    public IEnumerable<string> Acquire(LockEvent.Acquire acquire)
    {
        LockIdentity wanted = acquire.Lock;
        bool taken = acquire.Result == AcquireResult.Taken;
        if (taken && _owners.TryGetValue(KeyOf(wanted), out string? stale))
        {
            yield return $"{wanted} is free, but still names ticket {stale} as its owner";
        }

        if (acquire.Ticket is not { } name)
        {
            yield break;
        }

        if (Find(name) is not { IsOpen: true } ticket)
        {
            yield return $"{wanted} is acquired with ticket {name}, which is not open";
            yield break;
        }

        foreach (string fault in Faults(name, ticket, acquire))
        {
            yield return fault;
        }

        if (taken)
        {
            ticket.Count++;
            ticket.RefusedFor = null;
            _owners[KeyOf(wanted)] = name;
        }
        else
        {
            ticket.RefusedFor = wanted;
        }
    }

    private static IEnumerable<string> Faults(string name, Ticket ticket, LockEvent.Acquire acquire)
    {
        LockIdentity wanted = acquire.Lock;
        if (ticket.Of != wanted.Class.Name)
        {
            yield return $"{wanted} is acquired with ticket {name}, which is not for its class";
        }

        if (ticket.IsDone)
        {
            yield return $"{wanted} is acquired with ticket {name} after that was marked done";
        }

        if (ticket.RefusedFor is not { } refused)
        {
            if (acquire.IsSlow)
            {
                yield return $"{wanted} is acquired in the form for after a refusal, but ticket {name} was not refused";
            }
        }
        else if (acquire.Result == AcquireResult.Refused)
        {
            yield return $"ticket {name}, refused for {refused}, went on and was refused for {wanted}";
        }
        else if (!refused.IsSameLock(wanted))
        {
            yield return $"ticket {name} was refused for {refused}, but acquires {wanted} first";
        }
        else if (ticket.Count > 0)
        {
            yield return $"ticket {name} was refused for {refused} and acquires it with {ticket.Count} object(s) still held";
        }
    }

    /// <summary>A release through the wound/wait interface; its fault, or null.</summary>
    public string? Release(LockIdentity released)
    {
        if (!_owners.TryGetValue(KeyOf(released), out string? name) || Find(name) is not { } ticket)
        {
            return null;
        }

        _ = _owners.Remove(KeyOf(released));
        if (ticket.Count == 0)
        {
            return $"{released} is released, but ticket {name} counts no object";
        }

        ticket.Count--;
        return null;
    }

    private Ticket? Find(string name) => _tickets.TryGetValue(name, out Ticket? ticket) ? ticket : null;

    private static (string Class, object Instance) KeyOf(LockIdentity identity) => (identity.Class.Name, identity.Instance);
}
