using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A step of a wound/wait ticket that breaks its protocol.</summary>
/// <param name="Call">The step.</param>
/// <param name="Reach">The way there; null where only the body matters.</param>
/// <param name="Ticket">The ticket's class.</param>
/// <param name="Problem">What is wrong, in words that follow the operation's name, and what to do.</param>
internal sealed record TicketFault(CallEvent Call, Reach? Reach, LockClass? Ticket, string Problem);

/// <summary>
/// The protocol of wound/wait tickets: what the ticket's own state tells stands in <see cref="WwTicketProtocol"/>; what it holds, and what it was
/// refused, is told by the locks and objects of the path.
/// </summary>
internal static class TicketDiscipline
{
    /// <summary>The faults, one for each call.</summary>
    public static IEnumerable<TicketFault> Find(ScopeModel model)
    {
        var reported = new HashSet<CallEvent>();
        foreach (TicketFault fault in OutOfOrder(model).Concat(ByWhatIsHeld(model)).Concat(ClosedUnopened(model)))
        {
            if (reported.Add(fault.Call))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<TicketFault> OutOfOrder(ScopeModel model)
    {
        foreach (CallEvent call in model.Calls)
        {
            if (call.Steps.FirstOrDefault(step => step.Table.Name == WwTicketProtocol.TicketName && step.Row?.Law is not null) is { } wrong)
            {
                yield return new TicketFault(call, null, null, wrong.Row!.Problem!);
            }
        }
    }

    private static IEnumerable<TicketFault> ByWhatIsHeld(ScopeModel model)
    {
        foreach (LockMoment moment in model.LockMoments)
        {
            string? problem = moment switch
            {
                { Effect.Action: LockAction.Acquire, Lock.Class.Kind: LockKind.Ticket } => OnOpen(moment),
                { Effect.Action: LockAction.Release, Lock.Class.Kind: LockKind.Ticket } => OnClose(moment),
                { Effect.Action: LockAction.Acquire, Lock.Class.Kind: LockKind.WoundWait } => OnAcquire(moment),
                _ => null,
            };
            if (problem is not null)
            {
                yield return new TicketFault(moment.Call, moment.Visit.Reach, moment.Lock.Class, problem);
            }
        }
    }

    // Within one body the table knows; in another, that nobody leaves it open.
    private static IEnumerable<TicketFault> ClosedUnopened(ScopeModel model)
    {
        foreach (CallEvent call in model.Calls)
        {
            if (call.Contract.Locks.Any(effect => effect.Action == LockAction.Release)
                && call.Locks.TryGetValue("this", out LockReference? ticket) && ticket.Class?.Kind == LockKind.Ticket
                && call.Before.Any(state => !state.Held.ContainsKey(ticket.Instance)) && model.Hidden.IsFreeAtEntry(call.Body, ticket, call.Receiver))
            {
                yield return new TicketFault(call, null, ticket.Class, "closes a ticket that is not open: close it once");
            }
        }
    }

    private static string? OnOpen(LockMoment moment) =>
        moment.Held.Any(held => held.Lock.Class?.Kind == LockKind.Ticket && !LockMoment.IsSame(held.Instance, moment.Lock.Instance))
            ? "opens a ticket inside another: a task has one open at a time"
            : null;

    private static string? OnClose(LockMoment moment) => Objects(moment, moment.Lock.Instance).FirstOrDefault() is { } kept
        ? $"closes a ticket while {kept.Lock.Display} is held with it: release every object first"
        : null;

    private static string? OnAcquire(LockMoment moment)
    {
        if (Nesting.LockOf(moment.Call, moment.Effect) is not { } ticket
            || !moment.State.Protocols.TryGetValue(new ProtocolKey(WwTicketProtocol.TicketName, ticket.Text), out string? state) || state != WwTicketProtocol.Refused)
        {
            return null;
        }

        // A variable may stand for the object that was refused, whatever it was called then.
        bool isRefused = moment.State.Protocols.ContainsKey(new ProtocolKey(WwTicketProtocol.ObjectName, moment.Lock.Instance));
        bool isKnown = IsOneObject(moment.Lock.Instance) && moment.State.Protocols.Keys.Where(key => key.Protocol == WwTicketProtocol.ObjectName).All(key => IsOneObject(key.Object));
        return !isRefused && isKnown ? "takes another object than the one the ticket was refused: release everything and acquire that one first"
            : Objects(moment, ticket.Text).FirstOrDefault() is { } kept ? $"takes an object after a refusal while {kept.Lock.Display} is still held: release everything first"
            : null;
    }

    private static IEnumerable<Holding> Objects(LockMoment moment, string ticket) =>
        moment.Held.Where(held => held.At is { } at && at.Body == moment.Call.Body && Nesting.LockOf(at, held.Instance)?.Text == ticket);

    private static bool IsOneObject(string instance) => instance.IndexOfAny(['*', '⟦', '?', '^', '‹', '[']) < 0;
}
