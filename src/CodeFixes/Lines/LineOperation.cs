using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Lines;

/// <summary>A reported call that is an event of a protocol, in the one state the protocol can be in there.</summary>
/// <param name="Call">The call.</param>
/// <param name="Method">The operation.</param>
/// <param name="Table">The protocol.</param>
/// <param name="Event">The event it is.</param>
/// <param name="State">The state before it.</param>
/// <param name="Contracts">The contracts of the operations beside it.</param>
internal sealed record LineOperation(InvocationExpressionSyntax Call, IMethodSymbol Method, ProtocolTable Table, ProtocolEvent Event, string State, ContractReader Contracts)
{
    /// <summary>The operation that is reported, or null when its state is not known.</summary>
    public static LineOperation? At(Occurrence occurrence, CancellationToken cancellationToken) =>
        occurrence.Property(FixProperties.Protocol) is { } protocol && Protocols.Find(protocol) is { } table &&
        occurrence.Property(FixProperties.Event) is { } name && table.FindEvent(name) is { } @event &&
        occurrence.Property(FixProperties.State) is { } state && table.States.Contains(state) &&
        occurrence.Invocation is { } call &&
        occurrence.Model.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol method
            ? new LineOperation(call, method, table, @event, state, occurrence.Contracts(cancellationToken))
            : null;

    /// <summary>True when the event is legal in the state.</summary>
    public bool IsLegal(ProtocolEvent @event, string state) => Table[state, @event.Name].Law is null;

    /// <summary>The state the event leads to when it succeeds.</summary>
    public string After(ProtocolEvent @event, string state) => Table[state, @event.Name].Next;

    /// <summary>
    /// The method of the same type that is this event of the protocol, takes what the reported one takes, and is legal wherever that is; or null.
    /// </summary>
    public IMethodSymbol? MethodOf(ProtocolEvent @event) => Method.ContainingType.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(candidate =>
        candidate.TakesTheSameAs(Method) &&
        Contracts.Of(candidate).NeedsNoMoreThan(Contracts.Of(Method)) &&
        Contracts.Of(candidate).Transitions.Any(transition => transition.Protocol == Table.Name && transition.Event == @event.Name && transition.When is null));

    /// <summary>The event that does the same in the flavour of the line, or null.</summary>
    public ProtocolEvent? Counterpart() => Event.Flavour is null
        ? null
        : Table.Events.FirstOrDefault(candidate => candidate.Flavour is not null && candidate.Flavour != Event.Flavour && Verb(candidate) == Verb(Event));

    /// <summary>
    /// The event that must come first, so that <paramref name="wanted"/> becomes legal: it gets something ready, which may fail. Null when
    /// there is none, or when the two together would lead back to where the line is.
    /// </summary>
    public ProtocolEvent? PreparationOf(ProtocolEvent wanted) => Table.Events.FirstOrDefault(candidate =>
        candidate.Flavour == wanted.Flavour &&
        MethodOf(candidate) is not null &&
        Table[State, candidate.Name] is { Law: null, OnFailure: not null } row &&
        row.Next != State &&
        IsLegal(wanted, row.Next) &&
        After(wanted, row.Next) != State);

    /// <summary>
    /// The event that undoes a preparation once <paramref name="done"/> has happened in <paramref name="state"/>, and that preparation; null when
    /// nothing is left to undo.
    /// </summary>
    public (ProtocolEvent Undo, ProtocolEvent Preparation)? UndoAfter(ProtocolEvent done, string state)
    {
        string left = After(done, state);
        foreach (ProtocolEvent undo in Table.Events)
        {
            if (undo.Flavour != done.Flavour || MethodOf(undo) is null || Table[left, undo.Name] is not { Law: null, OnFailure: null } row || row.Next == left)
            {
                continue;
            }

            foreach (ProtocolEvent preparation in Table.Events)
            {
                if (preparation.Flavour == done.Flavour && MethodOf(preparation) is not null && Table[row.Next, preparation.Name] is { Law: null, OnFailure: not null } back && back.Next == left)
                {
                    return (undo, preparation);
                }
            }
        }

        return null;
    }

    // Events of flavours that correspond are named "verb-flavour" in the tables.
    private static string Verb(ProtocolEvent @event) => @event.Name.Substring(0, @event.Name.LastIndexOf('-'));
}
