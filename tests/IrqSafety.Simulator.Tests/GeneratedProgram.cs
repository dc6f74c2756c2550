using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator.Tests;

/// <summary>A small program: what two tasks on two CPUs, a second task on CPU 0 and an interrupt handler do.</summary>
internal sealed class GeneratedProgram
{
    private const int MostPoints = 12;
    private readonly Random _random;
    private int _points;

    public GeneratedProgram(int seed)
    {
        _random = new Random(seed);
        IsNmi = _random.Next(2) == 0;
        Handler = Block(depth: 2, most: 3);
        First = Block(depth: 0, most: 4);
        Second = Block(depth: 0, most: 4);
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
    }

    public bool IsNmi { get; }

    public IReadOnlyList<Statement> Handler { get; }

    public IReadOnlyList<Statement> First { get; }

    public IReadOnlyList<Statement> Second { get; }

    public override string ToString() =>
        $"{(IsNmi ? "nmi" : "irq")} {{ {Show(Handler)} }}  cpu0 {{ {Show(First)} }}  cpu1 {{ {Show(Second)} }}";

    private static string Show(IEnumerable<Statement> block) => string.Join("; ", block.Select(statement => statement.ToString()));

    private List<Statement> Block(int depth, int most)
    {
        var block = new List<Statement>();
        int count = 1 + _random.Next(most);
        for (int index = 0; index < count && _points < MostPoints; index++)
        {
            block.Add(Next(depth));
        }

        return block;
    }

    private Statement Next(int depth)
    {
        var action = (Action)_random.Next(depth < 2 ? 7 : 4);
        int subject = _random.Next(2);
        _points += action is Action.Write or Action.Read ? 1 : 2;
        return new Statement(action, subject, _random.Next(1, 4), action >= Action.Lock ? Block(Math.Max(depth, 1) + 1, 2) : []);
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

/// <summary>Runs a generated program, and notes the state it ends in.</summary>
internal sealed class GeneratedScenario(GeneratedProgram program, int switches, ISet<string> finalStates) : IScenario
{
    private readonly RawSpinLock[] _locks = [new("lock0"), new("lock1")];
    private readonly Shared<int>[] _cells = [new(0, "x0"), new(0, "x1")];
    private readonly List<string>[] _seen = [[], [], []];

    public void Build(MachineBuilder b) => b
        .Cpus(2)
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
        Run(program.Handler, 2);
        return IrqReturn.Handled;
    }

    [RunsIn(Context.HardIrq)]
    private IrqReturn OnIrq(IntId irq)
    {
        Run(program.Handler, 2);
        return IrqReturn.Handled;
    }

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
        Shared<int> cell = _cells[statement.Subject];
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
            default:
                IrqFlags flags = LocalIrq.Save();
                Run(statement.Body, who);
                LocalIrq.Restore(flags);
                break;
        }
    }
}
