using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator.Tests;

/// <summary>
/// A small program: what two tasks on two CPUs and an interrupt handler do; a wide one has a second task on CPU 0, a handler of IPIs there, and
/// operations that end the run, turn the line off, wake the second task and raise the IPI; one of the controller has a shared line, operations on its pending state,
/// its route, its enable bits and the masks, in some a root handler of its own or a third CPU that goes down.
/// </summary>
internal sealed class GeneratedProgram
{
    private static readonly Action[] s_holds = [Action.IrqOff, Action.LineOff, Action.DaifOff];
    private readonly Random _random;
    private readonly bool _isWide;
    private readonly int _mostPoints;
    private int _points;

    public GeneratedProgram(int seed, GeneratedKind kind = GeneratedKind.Plain, int? mostPoints = null)
    {
        _random = new Random(seed);
        Kind = kind;

        // Each operation on the controller makes one more exception possible: fewer of them fill the unreduced search.
        _mostPoints = mostPoints ?? (kind == GeneratedKind.Controller ? 9 : 12);
        bool wide = _isWide = kind == GeneratedKind.Wide;
        IsNmi = _random.Next(2) == 0;
        if (kind == GeneratedKind.Controller)
        {
            HasRoot = !IsNmi && _random.Next(2) == 0;
            LosesCpu = !HasRoot && _random.Next(5) == 0;
            Handler = Block(depth: 2, most: 2);
            First = Block(depth: 0, most: 3);
            Second = Block(depth: 0, most: LosesCpu ? 1 : 3);
            Woken = OnIpi = [];
            return;
        }

        if (kind == GeneratedKind.Crossed)
        {
            Handler = Block(depth: 2, most: 1);
            OnIpi = Block(depth: 2, most: 1);
            First = Block(depth: 0, most: 2);
            Second = Block(depth: 0, most: 2);
            Third = Block(depth: 0, most: 2);
            Woken = [];
            return;
        }

        Handler = Block(depth: 2, most: 3);
        First = Block(depth: 0, most: 4);
        Second = Block(depth: 0, most: 4);
        Woken = wide ? Block(depth: 2, most: 2) : [];
        OnIpi = wide ? Block(depth: 2, most: 2) : [];
    }

    public enum Action
    {
        Write,
        Read,
        Add,
        Lock,
        LockIrqSave,
        TryLock,
        IrqOff,
        BugIf,
        LineOff,
        Wake,
        SendIpi,
        PreemptOff,
        SetPending,
        ClearPending,
        IsPending,
        Route,
        CoreOff,
        ControllerOff,
        DaifOff,
    }

    public GeneratedKind Kind { get; }

    /// <summary>The program acknowledges and ends its interrupts itself.</summary>
    public bool HasRoot { get; }

    /// <summary>A third CPU, to which the line is routed at first, goes down.</summary>
    public bool LosesCpu { get; }

    public bool IsNmi { get; }

    public IReadOnlyList<Statement> Handler { get; }

    public IReadOnlyList<Statement> First { get; }

    public IReadOnlyList<Statement> Second { get; }

    /// <summary>A task on CPU 2; empty for none.</summary>
    public IReadOnlyList<Statement> Third { get; } = [];

    /// <summary>A task on CPU 0 that waits to be woken first; empty for none.</summary>
    public IReadOnlyList<Statement> Woken { get; }

    /// <summary>The handler of an IPI at CPU 0; empty for none.</summary>
    public IReadOnlyList<Statement> OnIpi { get; }

    public override string ToString() =>
        $"{(IsNmi ? "nmi" : "irq")}{(HasRoot ? " root" : "")}{(LosesCpu ? " cpu2 down" : "")} {{ {Show(Handler)} }}  cpu0 {{ {Show(First)} }}  cpu1 {{ {Show(Second)} }}  cpu2 {{ {Show(Third)} }}  woken {{ {Show(Woken)} }}  ipi {{ {Show(OnIpi)} }}";

    private static string Show(IEnumerable<Statement> block) => string.Join("; ", block.Select(statement => statement.ToString()));

    private List<Statement> Block(int depth, int most)
    {
        var block = new List<Statement>();
        int count = 1 + _random.Next(most);
        for (int index = 0; index < count && _points < _mostPoints; index++)
        {
            block.Add(Next(depth));
        }

        return block;
    }

    private Statement Next(int depth)
    {
        Action action = Kind == GeneratedKind.Controller && _random.Next(3) > 0
            ? (Action)((int)Action.SetPending + _random.Next(depth < 2 ? 7 : 3))
            : Kind == GeneratedKind.Crossed && depth < 2 && _random.Next(2) == 0
            ? First is null ? s_holds[_random.Next(s_holds.Length)] : Action.SendIpi
            : _isWide && _random.Next(2) == 0
            ? (Action)((int)Action.BugIf + _random.Next(5))
            : (Action)_random.Next(depth < 2 ? 7 : 4);

        // A handler that makes its own line pending would run for ever.
        action = action == Action.SetPending && First is null ? Action.IsPending : action;
        int subject = _random.Next(_isWide && action is Action.Lock or Action.LockIrqSave or Action.TryLock ? 4 : 2);
        _points += action is Action.Write or Action.Read or Action.SetPending or Action.ClearPending or Action.IsPending or Action.Route ? 1 : 2;
        bool hasBody = action is Action.Lock or Action.LockIrqSave or Action.TryLock or Action.IrqOff or Action.LineOff or Action.PreemptOff or Action.CoreOff or Action.ControllerOff or Action.DaifOff;
        return new Statement(action, subject, _random.Next(1, 4), hasBody && depth < 3 ? Block(Math.Max(depth, 1) + 1, 2) : []);
    }

    /// <summary>One statement.</summary>
    public sealed record Statement(Action Action, int Subject, int Value, IReadOnlyList<Statement> Body)
    {
        public override string ToString() => Action switch
        {
            Action.Write => $"x{Subject} = {Value}",
            Action.Read => $"read x{Subject}",
            Action.Add => $"x{Subject} += {Value}",
            _ => $"{Action} {Subject} {{ {Show(Body)} }}",
        };
    }
}

/// <summary>What a program is made of.</summary>
internal enum GeneratedKind
{
    /// <summary>Two tasks and the handler of a private line.</summary>
    Plain,

    /// <summary>Also a task to be woken, IPIs and abrupt ends.</summary>
    Wide,

    /// <summary>Operations on the interrupt controller.</summary>
    Controller,

    /// <summary>Tasks on three CPUs, two of which raise two kinds of IPI at the first.</summary>
    Crossed,
}

/// <summary>Runs a generated program, and notes the state it ends in.</summary>
internal sealed class GeneratedScenario(GeneratedProgram program, int switches, ISet<string> finalStates) : IScenario
{
    private static readonly IntId s_ipi = IntId.Sgi(9);
    private static readonly IntId s_otherIpi = IntId.Sgi(10);
    private static readonly IntId s_shared = IntId.Spi(7);

    // The last two are of one class.
    private readonly RawSpinLock[] _locks = [new("lock0"), new("lock1"), new("class"), new("class")];
    private readonly Shared<int>[] _cells = [new(0, "x0"), new(0, "x1")];
    private readonly List<string>[] _seen = [[], [], [], [], []];
    private readonly Completion _wake = new();

    public void Build(MachineBuilder b)
    {
        if (program.Kind == GeneratedKind.Controller)
        {
            BuildController(b);
            return;
        }

        if (program.Kind == GeneratedKind.Crossed)
        {
            BuildCrossed(b);
            return;
        }

        b.Cpus(2)
            .Switches(switches)
            .Boot(() =>
            {
                if (program.IsNmi)
                {
                    Lines.NmiOnBootCpu(OnNmi);
                }
                else
                {
                    Lines.IrqOnBootCpu(OnIrq);
                }
            })
            .Task(0, "first", () => Run(program.First, 0))
            .Task(1, "second", () => Run(program.Second, 1))
            .Source("line", Lines.Watchdog, cpu: 0)
            .AtEnd("state noted", Note);
        if (program.Woken.Count > 0)
        {
            b.Task(0, "woken", () =>
            {
                if (_wake.WaitTimeout(1))
                {
                    Run(program.Woken, 3);
                }
            });
        }

        if (program.OnIpi.Count > 0)
        {
            b.Boot(() =>
            {
                Irq.RequestPercpuIrq(s_ipi, OnIpi, "ipi");
                Preemption.Disable();
                Irq.EnablePercpuIrq(s_ipi);
                Preemption.Enable();
            });
        }
    }

    private void BuildController(MachineBuilder b)
    {
        int cpu = program.LosesCpu ? 2 : 0;
        b.Cpus(program.LosesCpu ? 3 : 2)
            .Switches(switches)
            .Boot(() =>
            {
                Gicd.Route(s_shared, new CpuId(cpu));
                if (!program.IsNmi)
                {
                    Irq.RequestIrq(s_shared, OnIrq, IrqRequestFlags.None, "line");
                }
                else if (Irq.RequestNmi(s_shared, OnNmi, IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable, "line") == Errno.Ok)
                {
                    Irq.EnableNmi(s_shared);
                }

                if (program.HasRoot)
                {
                    Irq.SetHandleIrq(Root);
                }
            })
            .Task(0, "first", () => Run(program.First, 0))
            .Task(1, "second", () => Run(program.Second, 1))
            .Source("line", s_shared, cpu)
            .AtEnd("state noted", Note);
        if (program.LosesCpu)
        {
            b.Hotplug(2, upAgain: false);
        }
    }

    private void BuildCrossed(MachineBuilder b) => b.Cpus(3)
        .Switches(switches)
        .Boot(() =>
        {
            Irq.RequestPercpuIrq(s_ipi, OnIpi, "ipi");
            Irq.RequestPercpuIrq(s_otherIpi, OnIrq, "other ipi");
            Preemption.Disable();
            Irq.EnablePercpuIrq(s_ipi);
            Irq.EnablePercpuIrq(s_otherIpi);
            Preemption.Enable();
        })
        .Task(0, "first", () => Run(program.First, 0))
        .Task(1, "second", () => Run(program.Second, 1))
        .Task(2, "third", () => Run(program.Third, 3))
        .AtEnd("state noted", Note);

    [RunsIn(Context.HardIrq | Context.PseudoNmi)]
    private void Root()
    {
        IntId irq = Icc.ReadIar1();
        Barrier.Isb();
        if (irq.IsSpecial)
        {
            _seen[4].Add("1023");
            return;
        }

        Icc.WriteEoir1(irq);
        Irq.GenericHandleDomainIrq(irq);
    }

    private bool Note()
    {
        var state = new StringBuilder();
        _ = state.Append(_cells[0].Peek).Append(',').Append(_cells[1].Peek);
        foreach (List<string> seen in _seen)
        {
            _ = state.Append('|').AppendJoin(' ', seen);
        }

        _ = finalStates.Add(state.ToString());
        return true;
    }

    [RunsIn(Context.PseudoNmi)]
    private IrqReturn OnNmi(IntId irq)
    {
        _seen[2].Add($"@{Processor.RawId.Value}");
        Run(program.Handler, 2);
        return IrqReturn.Handled;
    }

    [RunsIn(Context.HardIrq)]
    private IrqReturn OnIrq(IntId irq)
    {
        _seen[2].Add($"@{Processor.RawId.Value}");
        Run(program.Handler, 2);
        return IrqReturn.Handled;
    }

    [RunsIn(Context.HardIrq)]
    private IrqReturn OnIpi(IntId irq)
    {
        Run(program.OnIpi, 4);
        return IrqReturn.Handled;
    }

    private static IntId Ipi(GeneratedProgram.Statement statement) => (statement.Subject & 1) == 0 ? s_ipi : s_otherIpi;

    private void Run(IReadOnlyList<GeneratedProgram.Statement> block, int who)
    {
        foreach (GeneratedProgram.Statement statement in block)
        {
            Run(statement, who);
        }
    }

    private void Run(GeneratedProgram.Statement statement, int who)
    {
        RawSpinLock @lock = _locks[statement.Subject];
        Shared<int> cell = _cells[statement.Subject & 1];
        switch (statement.Action)
        {
            case GeneratedProgram.Action.Write:
                cell.WriteOnce(statement.Value);
                break;
            case GeneratedProgram.Action.Read:
                _seen[who].Add(cell.ReadOnce().ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case GeneratedProgram.Action.Add:
                cell.Add(statement.Value);
                break;
            case GeneratedProgram.Action.Lock:
                using (@lock.Lock())
                {
                    Run(statement.Body, who);
                }

                break;
            case GeneratedProgram.Action.LockIrqSave:
                using (@lock.LockIrqSave())
                {
                    Run(statement.Body, who);
                }

                break;
            case GeneratedProgram.Action.TryLock:
                if (@lock.TryLock(out LockGuard guard))
                {
                    using (guard)
                    {
                        Run(statement.Body, who);
                    }
                }

                break;
            case GeneratedProgram.Action.BugIf:
                Processor.BugOn(cell.ReadOnce() == statement.Value, "reached");
                break;
            case GeneratedProgram.Action.LineOff:
                IntId line = program.Kind == GeneratedKind.Crossed ? Ipi(statement) : Lines.Watchdog;
                Irq.DisablePercpuIrq(line);
                Run(statement.Body, who);
                Preemption.Disable();
                Irq.EnablePercpuIrq(line);
                Preemption.Enable();
                break;
            case GeneratedProgram.Action.Wake:
                _wake.Complete();
                break;
            case GeneratedProgram.Action.SendIpi:
                cell.WriteOnce(statement.Value);
                Machine.Current.Gic.SendSgi(program.Kind == GeneratedKind.Crossed ? Ipi(statement) : s_ipi, CpuMask.Of(new CpuId(0)));
                break;
            case GeneratedProgram.Action.SetPending:
                Gicd.SetPending(s_shared);
                break;
            case GeneratedProgram.Action.ClearPending:
                Gicd.ClearPending(s_shared);
                break;
            case GeneratedProgram.Action.IsPending:
                _seen[who].Add(Gicd.IsPending(s_shared) ? "pending" : "not");
                break;
            case GeneratedProgram.Action.Route:
                Gicd.Route(s_shared, new CpuId(statement.Subject));
                break;
            case GeneratedProgram.Action.CoreOff when !program.IsNmi:
                Irq.DisableIrqNosync(s_shared);
                Run(statement.Body, who);
                Irq.EnableIrq(s_shared);
                break;
            case GeneratedProgram.Action.CoreOff or GeneratedProgram.Action.ControllerOff:
                Gicd.Disable(s_shared);
                Gicd.WaitForRwp();
                Run(statement.Body, who);
                Gicd.Enable(s_shared);
                break;
            case GeneratedProgram.Action.DaifOff:
                DaifFlags daif = LocalDaif.Save();
                Run(statement.Body, who);
                LocalDaif.Restore(daif);
                break;
            case GeneratedProgram.Action.PreemptOff:
                Preemption.Disable();
                Run(statement.Body, who);
                Preemption.Enable();
                break;
            default:
                IrqFlags flags = LocalIrq.Save();
                Run(statement.Body, who);
                LocalIrq.Restore(flags);
                break;
        }
    }
}
