using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Follows changes of cells in two steps: one that an NMI changes meanwhile, or that is an NMI's own and others change meanwhile, loses a change.</summary>
/// <param name="originOf">Where a task is; asked for only when it matters.</param>
internal sealed class NmiCounters(Func<SimTask, StepOrigin> originOf)
{
    private readonly List<Update> _open = [];

    /// <summary>An execution begins.</summary>
    public void MakeNew() => _open.Clear();

    /// <summary>Takes in an access; the change that is lost, or null.</summary>
    /// <param name="task">Who.</param>
    /// <param name="happened">The access.</param>
    public HoldingFault? Observe(SimTask task, in MachineEvent happened)
    {
        object? cell = happened.Subject;
        bool inTwoSteps = happened.Text == MachineEvent.OfUpdate && happened.Value == (long)MemoryOrder.Plain;
        if (happened.Kind == MachineEventKind.Read)
        {
            if (inTwoSteps && cell is not null)
            {
                _open.Add(new Update(cell, task.Frame, originOf(task)));
            }

            return null;
        }

        if (_open.Count == 0)
        {
            return null;
        }

        return Written(task, cell);
    }

    private HoldingFault? Written(SimTask task, object? cell)
    {
        Frame frame = task.Frame;
        Update? lost = _open.Find(update => ReferenceEquals(update.Cell, cell) && update.Frame != frame && (frame.Context.IsNmi() || update.Frame.Context.IsNmi()));
        _ = _open.RemoveAll(update => ReferenceEquals(update.Cell, cell) && update.Frame == frame);
        return lost is null ? null : new HoldingFault(
            LawIds.NmiCounter,
            lost.Origin,
            $"{lost.Origin.Operation.Name}: between its read and its write of {cell}, {frame} writes it too, and that change is lost.");
    }

    private sealed record Update(object Cell, Frame Frame, StepOrigin Origin);
}
