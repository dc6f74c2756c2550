namespace IrqSafety.Rules;

/// <summary>The accounting round an NMI that a handler finds: entered once, left once.</summary>
/// <remarks>Source: Linux <c>include/linux/hardirq.h</c> (<c>nmi_enter</c>, <c>nmi_exit</c>). An NMI that interrupts another has an accounting of its own.</remarks>
public static class NmiEntryProtocol
{
    /// <summary>The table's name.</summary>
    public const string Name = "nmi-entry";

    /// <summary>Accounted as what it interrupted.</summary>
    public const string Outside = "outside";

    /// <summary>Accounted as an NMI.</summary>
    public const string Inside = "inside";

    /// <summary>The table.</summary>
    public static ProtocolTable Table { get; } = new(
        Name,
        "nmi_enter and nmi_exit. Source: Linux include/linux/hardirq.h.",
        initial: Outside,
        assumedAtRoots: null,
        events: [new("enter", "nmi_enter"), new("exit", "nmi_exit")],
        rows:
        [
            new(Outside, "enter", Inside),
            new(Outside, "exit", Outside, Law: LawIds.NmiEntry, Problem: "leaves an NMI that was left already: enclose its handling once"),
            new(Inside, "enter", Inside, Law: LawIds.NmiEntry, Problem: "enters an NMI that was entered already: enclose its handling once"),
            new(Inside, "exit", Outside),
        ]);
}
