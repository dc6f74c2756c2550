using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A step of a wound/wait ticket out of order.</summary>
internal sealed class IRQ0119WoundWaitTicket() : ScopeRule("IRQ0119")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => TicketDiscipline.Find(model).Select(fault => Finding.At(
        fault.Call,
        fault.Reach,
        LawIds.LockTicket,
        fault.Call.Name, Sentence(fault.Problem), fault.Reach?.Suffix ?? "") with
    {
        Subjects = [fault.Ticket?.Name ?? WwTicketProtocol.TicketName],
    });

    // The table's words before the colon say what is wrong, those after it what to do.
    private static string Sentence(string problem) => problem.Replace(": ", ". ") is var text && text.IndexOf(". ", System.StringComparison.Ordinal) is >= 0 and var at
        ? text.Substring(0, at + 2) + char.ToUpperInvariant(text[at + 2]) + text.Substring(at + 3)
        : problem;
}
