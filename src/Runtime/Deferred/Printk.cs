using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using IrqSafety.Contracts;

[assembly: DeclareLockClass(IrqSafety.Runtime.ConsoleDevice.LockName, LockKind.Spin, UsedIn = Context.Task | Context.SoftIrq | Context.HardIrq)]

namespace IrqSafety.Runtime;

/// <summary>The console of a machine: its lock, what was written, and what waits in the ring buffer.</summary>
public sealed class ConsoleDevice
{
    /// <summary>The public name of the console lock's class.</summary>
    public const string LockName = "console";

    private readonly List<string> _lines = [];

    internal ConsoleDevice()
    {
        Lock = new SpinLock(Machine.DeclaredLockClass(LockName)!);
        Flusher = new IrqWork(() => Printk.Flush());
    }

    /// <summary>The console driver's lock (<c>uart_port.lock</c>).</summary>
    public SpinLock Lock { get; }

    /// <summary>What was written, in order.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Messages stored and not yet written. Storing is lockless.</summary>
    internal Queue<string> Buffer { get; } = new();

    internal IrqWork Flusher { get; }

    internal void Write(Cpu cpu, string line)
    {
        _lines.Add(line);
        cpu.Publish(MachineEventKind.Note, this, text: line);
    }
}

/// <summary>
/// Messages to the console: at once, which takes the console's lock, or deferred, which is safe everywhere. Source: Linux
/// <c>kernel/printk/printk.c</c>.
/// </summary>
public static class Printk
{
    private static readonly Operation s_direct = Operation.Of(typeof(Printk), nameof(Direct));
    private static readonly Operation s_deferred = Operation.Of(typeof(Printk), nameof(Deferred));
    private static readonly Operation s_flush = Operation.Of(typeof(Printk), nameof(Flush));

    /// <summary>Writes to the console now, under its lock. In an NMI the interrupted code may hold that lock: use <see cref="Deferred"/>.</summary>
    [Takes(ConsoleDevice.LockName)]
    [NmiSafeAlternative(nameof(Deferred))]
    public static void Direct(string message)
    {
        ConsoleDevice console = Machine.Current.Console;
        Cpu cpu = s_direct.Begin(console.Lock);
        console.Buffer.Enqueue(message);
        WriteOut(cpu, console, s_direct);
    }

    /// <summary><c>printk_deferred</c>: stores the message, and has it written from interrupt context soon after.</summary>
    [NmiSafe]
    [SuppressMessage("IrqSafety.Nmi", "IRQ0203", Justification = "The memory is the model's: the ring buffer of printk is there from boot.")]
    public static void Deferred(string message)
    {
        ConsoleDevice console = Machine.Current.Console;
        s_deferred.Begin(console.Lock);
        console.Buffer.Enqueue(message);
        console.Flusher.Queue();
    }

    /// <summary>Writes what is stored, under the console's lock (<c>console_flush_on_panic</c> waits for it as well in this model).</summary>
    [Takes(ConsoleDevice.LockName)]
    public static void Flush()
    {
        ConsoleDevice console = Machine.Current.Console;
        WriteOut(s_flush.Begin(console.Lock), console, s_flush);
    }

    private static void WriteOut(Cpu cpu, ConsoleDevice console, Operation operation)
    {
        IrqFlags flags = console.Lock.AcquireIrqSave(cpu, operation);
        while (console.Buffer.TryDequeue(out string? line))
        {
            console.Write(cpu, line);
        }

        console.Lock.ReleaseIrqRestoreInside(operation, flags);
    }
}
