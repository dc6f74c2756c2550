using System;
using System.Diagnostics.CodeAnalysis;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator.Benchmarks;

/// <summary>
/// <see cref="TwoLatchedSources"/> on the machine of the library, with nothing that explores, checks or records: interrupts are taken at the same points by the same choices as in
/// <see cref="HandWrittenMachine"/>. What this takes no simulator of the model can go below.
/// </summary>
internal sealed class ModelAlone : IExecution
{
    private static readonly IntId[] s_sources = [IntId.Ppi(3), IntId.Ppi(4)];
    private readonly ScenarioType _scenario = ScenarioType.Of<TwoLatchedSources>();
    private readonly int[] _left = new int[2];
    private readonly InterruptState[] _lines;
    private readonly Machine _machine;
    private readonly Cpu _cpu;
    private readonly Action _body;
    private MachineBuilder? _builder;
    private bool _explores;
    private int _decisions;

    public ModelAlone()
    {
        _machine = new Machine(MachineProfile.GicV3PseudoNmi, 1, this, bootCpuOnly: true);
        _cpu = _machine.Cpus[0];
        _lines = Array.ConvertAll(s_sources, irq => _machine.Gic.StateOf(irq, _cpu.Id));
        _body = Boot;
    }

    /// <summary>Points so far, in all executions.</summary>
    public long Points { get; private set; }

    /// <summary>Interrupts taken so far.</summary>
    public long Taken { get; private set; }

    /// <inheritdoc/>
    public long Now => 0;

    public void Execute()
    {
        _machine.Reset();
        _builder = _scenario.Build(_builder);
        _explores = false;
        _left.AsSpan().Fill(1);
        Run(_machine.AddTask("boot", _cpu.Id, _body));
        _explores = true;
        foreach (TaskDeclaration task in _builder.Tasks)
        {
            Run(_machine.AddTask(task.Name, task.Cpu, task.Body));
        }

        Rest();
    }

    /// <inheritdoc/>
    public void Point(in Step step)
    {
        while (_explores)
        {
            bool signalled = _cpu.InterruptSignalled;
            int arrives = -1;
            int count = 1;
            for (int source = 0; source < _left.Length; source++)
            {
                if (_left[source] > 0)
                {
                    bool would = _cpu.WouldTake(_lines[source], whateverPstateSays: false);
                    arrives = would && arrives < 0 ? source : arrives;
                    count += would ? 2 : 1;
                }
            }

            bool chosen = count > 1 && ++_decisions % 4 == 0 && arrives >= 0;
            if (chosen)
            {
                Assert(arrives);
            }
            else if (!signalled)
            {
                break;
            }

            Take();
        }

        Points++;
    }

    /// <inheritdoc/>
    public int Choose(string what, int alternatives) => 0;

    /// <inheritdoc/>
    public bool Wait(WaitFor wait) => throw new InvalidOperationException("nothing waits here");

    /// <inheritdoc/>
    [DoesNotReturn]
    public void Park(string why, bool interruptible) => throw new InvalidOperationException(why);

    /// <inheritdoc/>
    public void Publish(in MachineEvent happened)
    {
    }

    /// <inheritdoc/>
    public void Breach(Breach breach, in Step step) => throw new InvalidOperationException(breach.Because);

    /// <inheritdoc/>
    [DoesNotReturn]
    public void Fail(string what) => throw new InvalidOperationException(what);

    private void Run(KernelTask task)
    {
        _cpu.SwitchTo(task);
        task.Run();
        _cpu.SwitchTo(_cpu.Idle);
    }

    private void Boot()
    {
        foreach (Delegate step in _builder!.BootSteps)
        {
            ((Action)step)();
        }
    }

    // No task is left: what has not arrived may, and finds the CPU idle.
    private void Rest()
    {
        using KernelTask.TaskBinding binding = KernelTask.Bind(_cpu.Idle);
        bool isInWfi = false;
        while (true)
        {
            int arrives = -1;
            for (int source = 0; source < _left.Length && arrives < 0; source++)
            {
                arrives = _left[source] > 0 && _cpu.WouldTake(_lines[source], whateverPstateSays: false) ? source : -1;
            }

            if (arrives < 0 || ++_decisions % 4 != 0)
            {
                return;
            }

            Assert(arrives);
            if (isInWfi)
            {
                Take();
            }
            else
            {
                Point(default);
                isInWfi = true;
            }
        }
    }

    private void Assert(int source)
    {
        _left[source]--;
        _lines[source].Trigger = Trigger.Edge;
        _machine.Gic.Assert(s_sources[source], _cpu.Id);
    }

    private void Take()
    {
        Taken++;
        _cpu.TakeInterrupt();
    }
}
