namespace IrqSafety.Rules;

/// <summary>
/// A wound/wait ticket from opening to closing, as far as its own state tells; what it holds is told by the locks. A refused ticket gives
/// everything back and takes what it was refused first.
/// </summary>
/// <remarks>Source: Linux <c>Documentation/locking/ww-mutex-design.rst</c>; the checks of <c>CONFIG_DEBUG_WW_MUTEXES</c> in <c>include/linux/ww_mutex.h</c>.</remarks>
public static class WwTicketProtocol
{
    /// <summary>The name of the ticket's table.</summary>
    public const string TicketName = "ww-ticket";

    /// <summary>The name of the object's table.</summary>
    public const string ObjectName = "ww-object";

    /// <summary>The state of a ticket that was refused an object.</summary>
    public const string Refused = "refused";

    /// <summary>The state of an object that a ticket of this task was refused.</summary>
    public const string Contended = "contended";

    private const string Closed = "closed";
    private const string Open = "open";
    private const string Done = "done";
    private const string Free = "free";
    private const string NotOpen = "is used with a ticket that is not open: open it before the first acquire";
    private const string AfterDone = "acquires with a ticket after it was marked done: mark it done after the last acquire";

    /// <summary>The ticket.</summary>
    public static ProtocolTable Ticket { get; } = new(
        TicketName,
        "A wound/wait ticket. Source: Linux Documentation/locking/ww-mutex-design.rst.",
        initial: Closed,
        assumedAtRoots: null,
        events:
        [
            new("open", "ww_acquire_init"),
            new("acquire", "ww_mutex_lock"),
            new("acquire-slow", "ww_mutex_lock_slow"),
            new("refuse", "ww_mutex_lock returns -EDEADLK"),
            new("done", "ww_acquire_done"),
            new("close", "ww_acquire_fini"),
        ],
        rows:
        [
            new(Closed, "open", Open),
            Wrong(Closed, "acquire", NotOpen),
            Wrong(Closed, "acquire-slow", NotOpen),
            Wrong(Closed, "refuse", NotOpen),
            Wrong(Closed, "done", "marks a ticket done that is not open: mark it done once, between opening and closing"),
            Wrong(Closed, "close", "closes a ticket that is not open: close it once"),
            Wrong(Open, "open", "opens a ticket twice: close it first"),
            new(Open, "acquire", Open),
            Wrong(Open, "acquire-slow", "is the form for after a refusal, but nothing was refused: use the ordinary form"),
            new(Open, "refuse", Refused),
            new(Open, "done", Done),
            new(Open, "close", Closed),
            Wrong(Done, "open", "opens a ticket twice: close it first"),
            Wrong(Done, "acquire", AfterDone),
            Wrong(Done, "acquire-slow", AfterDone),
            Wrong(Done, "refuse", AfterDone),
            Wrong(Done, "done", "marks a ticket done twice: mark it done once, after the last acquire"),
            new(Done, "close", Closed),
            Wrong(Refused, "open", "opens a ticket twice: close it first"),
            new(Refused, "acquire", Open),
            new(Refused, "acquire-slow", Open),
            new(Refused, "refuse", Refused),
            Wrong(Refused, "done", "marks a ticket done that was refused an object: acquire that object, or close the ticket"),
            new(Refused, "close", Closed),
        ]);

    /// <summary>The object, for whoever was refused it.</summary>
    public static ProtocolTable Object { get; } = new(
        ObjectName,
        "A wound/wait object and the ticket that was refused it. Source: Linux Documentation/locking/ww-mutex-design.rst.",
        initial: Free,
        assumedAtRoots: null,
        events: [new("refuse", "ww_mutex_lock returns -EDEADLK")],
        rows: [new(Free, "refuse", Contended), new(Contended, "refuse", Contended)]);

    private static ProtocolRow Wrong(string state, string @event, string problem) => new(state, @event, state, Law: LawIds.LockTicket, Problem: problem);
}
