using System;
using System.Collections.Generic;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// Abstract interrupts without a controller, as benchmarks of interrupt races assume them: on one CPU, numbered by priority (the higher number
/// wins), one enable bit for each, not counted. Nothing is latched: what would arrive while it is disabled does not arrive at all. Only on machines
/// of <see cref="MachineProfile.Unlatched"/>.
/// </summary>
public sealed class UnlatchedInterrupts
{
    private readonly SortedDictionary<int, Line> _lines = [];
    private readonly Stack<int> _running = new();
    private int _arrived;

    /// <summary>Connects interrupt <paramref name="number"/>, 1 or higher; disabled at first.</summary>
    public void Connect(int number, Action handler)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentNullException.ThrowIfNull(handler);
        _lines.Add(number, new Line(handler));
    }

    /// <summary>The INTID that stands for an interrupt in events and schedules.</summary>
    public static IntId IntIdOf(int number) => IntId.Spi(number);

    /// <summary>It is taken if it arrives now: enabled, and of a higher number than any that is being handled.</summary>
    public bool Accepts(IntId irq) => Accepts(irq - IntId.Spi(0));

    /// <summary>It arrives. The CPU takes it before it executes anything else.</summary>
    public void Arrive(IntId irq) => _arrived = irq - IntId.Spi(0);

    /// <summary>One has arrived and was not taken yet.</summary>
    internal bool Signals => _arrived != 0 && Accepts(_arrived);

    internal void SetEnabled(int number, bool enabled)
    {
        foreach ((int each, Line line) in _lines)
        {
            line.Enabled = each == number || number == UnlatchedIrq.All ? enabled : line.Enabled;
        }
    }

    internal void Take(Cpu cpu)
    {
        int number = _arrived;
        IntId irq = IntIdOf(number);
        _arrived = 0;
        _running.Push(number);
        TaskContext state = cpu.State;
        state.PreemptCount = state.PreemptCount with { HardIrq = state.PreemptCount.HardIrq + 1 };
        state.Push(new Activation(Context.HardIrq, irq, state.Pmr, state.Daif));
        cpu.Publish(MachineEventKind.ContextEntered, irq, irq.Value, context: Context.HardIrq);
        _lines[number].Handler();
        _ = state.Pop();
        cpu.Publish(MachineEventKind.ContextLeft, irq, irq.Value, context: Context.HardIrq);
        state.PreemptCount = state.PreemptCount with { HardIrq = state.PreemptCount.HardIrq - 1 };
        _ = _running.Pop();
    }

    /// <inheritdoc/>
    public override string ToString() => "interrupt enables";

    private bool Accepts(int number) =>
        _lines.TryGetValue(number, out Line? line) && line.Enabled && (_running.Count == 0 || number > _running.Peek());

    private sealed class Line(Action handler)
    {
        public Action Handler { get; } = handler;

        public bool Enabled { get; set; }
    }
}

/// <summary>The enable bits of <see cref="UnlatchedInterrupts"/>. What a handler sets stays when it returns.</summary>
public static class UnlatchedIrq
{
    /// <summary>Stands for all interrupts.</summary>
    public const int All = -1;

    private static readonly Operation s_enable = Operation.Of(typeof(UnlatchedIrq), nameof(Enable));
    private static readonly Operation s_disable = Operation.Of(typeof(UnlatchedIrq), nameof(Disable));

    /// <summary>Enables an interrupt, or <see cref="All"/>.</summary>
    [NmiSafe]
    public static void Enable(int number) => Set(s_enable, number, enabled: true);

    /// <summary>Disables an interrupt, or <see cref="All"/>.</summary>
    [NmiSafe]
    public static void Disable(int number) => Set(s_disable, number, enabled: false);

    private static void Set(Operation operation, int number, bool enabled)
    {
        UnlatchedInterrupts lines = Machine.Current.Unlatched
            ?? throw new InvalidOperationException($"{operation} is for machines of profile '{MachineProfile.Unlatched}': mask with LocalIrq, or at the line with Irq");
        _ = operation.Begin(lines);
        lines.SetEnabled(number, enabled);
    }
}
