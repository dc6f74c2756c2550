using System.Collections.Generic;

namespace IrqSafety.Conformance.Tests;

/// <summary>A text of the model's source that stands there once, and what stands there instead.</summary>
public sealed record SourceEdit(string Original, string Replacement);

/// <summary>A model with one mistake in it, and a statement that must then fail.</summary>
/// <param name="Name">The mistake.</param>
/// <param name="File">Where, under <c>src/Runtime</c>.</param>
/// <param name="KilledBy">A statement that does not hold of it.</param>
/// <param name="Edits">What makes the mistake.</param>
public sealed record GicMutant(string Name, string File, string KilledBy, params SourceEdit[] Edits)
{
    /// <summary>The mistakes that the statements must find together.</summary>
    public static IReadOnlyList<GicMutant> All { get; } =
    [
        new("a disabled interrupt is acknowledged", "Gic/InterruptState.cs", "G29",
            new SourceEdit("IsCandidate => _enabled && _state == HandlingState.Pending;", "IsCandidate => _state == HandlingState.Pending;")),
        new("the priority is ignored in the choice of what is signalled", "Gic/CpuInterface.cs", "V08",
            new SourceEdit("|| priority.IsMoreUrgentThan(highest.Priority)", "|| state.Irq.Value < best.Irq.Value")),
        new("an interrupt of the very priority that PMR names is signalled", "Gic/CpuInterface.cs", "Q02",
            new SourceEdit("else if (!highest.Priority.IsMoreUrgentThan(mask))", "else if (mask.IsMoreUrgentThan(highest.Priority))")),
        new("the sub-priority preempts", "Gic/CpuInterface.cs", "Q07",
            new SourceEdit("Priority mine = BinaryPoint.GroupPriority(highest.Priority, group);", "Priority mine = highest.Priority;"),
            new SourceEdit("Priority running = BinaryPoint.GroupPriority(_active.Running, group);", "Priority running = _active.Running;"),
            new SourceEdit("new ActivePriorities.Entry(BinaryPoint.GroupPriority(highest.Priority, highest.Group),", "new ActivePriorities.Entry(highest.Priority,")),
        new("the level is lost at the end, although the line is high", "Gic/CpuInterface.cs", "V03",
            new SourceEdit("state.Active = false;", "state.Active = false;\n        state.Lower();")),
        new("an edge stays pending after its acknowledge", "Gic/InterruptState.cs", "V02",
            new SourceEdit("_latched = false;\n", "\n")),
        new("priorities are written by word only", "Gic/InterruptRegisters.cs", "G16",
            new SourceEdit("if (!wide && !(bytes == 1 && array.Bits == 8))", "if (!wide)")),
        new("EOIR deactivates in mode 1", "Gic/CpuInterface.cs", "Q19",
            new SourceEdit("if (EoiMode == EoiMode.DropAndDeactivate && !irq.IsLpi)", "if (!irq.IsLpi)")),
        new("DIR counts only on the CPU that acknowledged", "Gic/CpuInterface.cs", "V22",
            new SourceEdit("LastSender = state.Acknowledge();", "LastSender = state.Acknowledge();\n        _mine.Add(state.Irq);"),
            new SourceEdit("private readonly ActivePriorities _active = new();", "private readonly ActivePriorities _active = new();\n    private readonly System.Collections.Generic.HashSet<IntId> _mine = [];"),
            new SourceEdit("if (irq.IsSpecial || irq.IsLpi)", "if (irq.IsSpecial || irq.IsLpi || !_mine.Contains(irq))")),
        new("an SGI to all but self comes to the sender too", "Gic/Gic.cs", "G03",
            new SourceEdit("SendSgi(sgi, CpuMask.All(_redistributors.Length).Without(sender), sender);", "SendSgi(sgi, CpuMask.All(_redistributors.Length), sender);")),
        new("CPU 0 is the sender of every SGI", "Gic/InterruptState.cs", "G01",
            new SourceEdit("return new CpuId(sender);", "return new CpuId(sender * 0);")),
        new("a spurious INTID is handled", "Cpu/InterruptEntry.cs", "V07",
            new SourceEdit("if (!isNmi && !irq.IsSpecial)", "if (!isNmi)")),
        new("a disabled group is acknowledged", "Gic/CpuInterface.cs", "V24",
            new SourceEdit("InterruptGroup.Group0 => Group0Enabled && _gic.Distributor.Group0Enabled,", "InterruptGroup.Group0 => _gic.Distributor.Group0Enabled,")),
        new("INVALL does not look at pending LPIs", "Gic/LpiTables.cs", "G30",
            new SourceEdit("foreach (InterruptState state in Used())", "foreach (InterruptState state in System.Linq.Enumerable.Where(Used(), static lpi => !lpi.Pending))")),
        new("translations stay cached when a device is unmapped", "Gic/Its.cs", "G32",
            new SourceEdit("            _devices.Add(device, []);\n        }\n\n        _cache.Clear();", "            _devices.Add(device, []);\n        }\n")),
        new("a managed line starts with its CPU, whatever its disable depth", "Irq/LineLifecycle.cs", "K04",
            new SourceEdit("if (--descriptor.DisableDepth == 0)", "if (--descriptor.DisableDepth >= 0)")),
    ];

    public override string ToString() => Name;
}
