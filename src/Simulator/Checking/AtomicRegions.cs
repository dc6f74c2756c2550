using System.Collections.Generic;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// Judges code that is declared to be one step (<see cref="AtomicRegion"/>): an execution in which others came between is wrong unless some order of whole
/// regions gives the same. It is wrong when somebody comes after an access of the region and before a later one, each time by touching the same cell with
/// one of the two writing.
/// </summary>
internal sealed class AtomicRegions(SimulatedExecution execution)
{
    private readonly List<Open> _open = [];

    /// <summary>An execution begins.</summary>
    public void MakeNew() => _open.Clear();

    /// <summary>Somebody is in a region.</summary>
    public bool IsOpen => _open.Count > 0;

    /// <summary>Follows the machine; what is wrong with the access just made, or null.</summary>
    public RegionFault? Observe(SimTask task, in MachineEvent happened)
    {
        switch (happened.Kind)
        {
            case MachineEventKind.RegionEntered when happened.Subject is AtomicRegion region:
                _open.Add(new Open(region, task.Frame));
                return null;
            case MachineEventKind.RegionLeft when happened.Subject is AtomicRegion region:
                Leave(task.Frame, region);
                return null;
            case MachineEventKind.Read or MachineEventKind.Written when _open.Count > 0 && happened.Subject is { } cell:
                // An atomic update is one access: its write.
                return happened is { Kind: MachineEventKind.Read, Text: MachineEvent.OfUpdate, Value: (long)MemoryOrder.Full }
                    ? null
                    : Accessed(task, new Access(cell, happened.Kind == MachineEventKind.Written, (MemoryOrder)happened.Value == MemoryOrder.Full, task.Frame, task.Name, task.Step.Operation, task.Frame.Steps, execution.Options.CaptureSites ? execution.OriginOf(task, task.Step.Operation) : null));
            default:
                return null;
        }
    }

    private void Leave(Frame frame, AtomicRegion region)
    {
        int last = _open.FindLastIndex(open => ReferenceEquals(open.Region, region) && ReferenceEquals(open.Frame, frame));
        if (last >= 0)
        {
            _open.RemoveAt(last);
        }
    }

    private RegionFault? Accessed(SimTask task, in Access access)
    {
        RegionFault? fault = null;
        foreach (Open open in _open)
        {
            if (!ReferenceEquals(open.Frame, task.Frame))
            {
                open.SeesOther(access);
            }
            else if (open.Own(access) is { } between)
            {
                fault ??= new RegionFault($"{access.Operation.Name} of '{access.Cell}' in {open.Region}, which is declared to be one step: {between} came between.");
            }
        }

        return fault;
    }

    private readonly record struct Access(object Cell, bool Writes, bool Updates, Frame Frame, string Task, Operation Operation, int Number, StepOrigin? Origin)
    {
        public bool Conflicts(in Access other) => ReferenceEquals(Cell, other.Cell) && (Writes || other.Writes);

        public override string ToString() =>
            $"{Operation.Name} of '{Cell}' in {Frame.RunBy(Task)}{(Origin is { Calls: [{ Source: { } source }, ..] } ? $" ({source})" : "")}";
    }

    private sealed class Open(AtomicRegion region, Frame frame)
    {
        private readonly List<Access> _own = [];
        private readonly List<Access> _after = [];

        public AtomicRegion Region => region;

        public Frame Frame => frame;

        // Everybody who conflicts with what the region did comes after it, and so does what they do from then on.
        public void SeesOther(in Access access)
        {
            Access seen = access;
            if (_own.Exists(own => own.Conflicts(seen)) || _after.Exists(after => ReferenceEquals(after.Frame, seen.Frame)))
            {
                _after.Add(access);
            }
        }

        public Access? Own(in Access access)
        {
            Access mine = access;
            int between = _after.FindIndex(other => other.Conflicts(mine) && !IsOverwritten(other, mine));
            _own.Add(access);
            return between < 0 ? null : _after[between];
        }

        // Three plain stores to one cell, which nobody read: the one in the middle might as well have been first.
        private bool IsOverwritten(in Access other, in Access mine)
        {
            object cell = mine.Cell;
            return other.Writes && !other.Updates && mine.Writes && !mine.Updates && _own.TrueForAll(own => !ReferenceEquals(own.Cell, cell) || (own.Writes && !own.Updates));
        }
    }
}

/// <summary>Others came between.</summary>
/// <param name="Message">Who, where.</param>
internal sealed record RegionFault(string Message);
