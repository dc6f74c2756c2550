using System;
using System.Collections.Generic;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <content>What every call of an operation begins with.</content>
public sealed partial class Operation
{
    /// <summary>
    /// The point before the operation, then the judgement of its contract. Returns the CPU the caller is on afterwards: at the point the task may
    /// have migrated.
    /// </summary>
    /// <param name="location">What the operation touches; null for state of its own CPU only.</param>
    /// <param name="access">How.</param>
    /// <param name="arguments">The arguments that conditions of the contract name.</param>
    internal Cpu Begin(object? location = null, Access access = Access.Write, params ReadOnlySpan<Argument> arguments)
    {
        KernelTask task = KernelTask.Current;
        Machine machine = task.Machine;
        var step = new Step(this, location, access);
        machine.Execution.Point(step);
        Cpu cpu = machine.AllCpus[task.Cpu.Value];
        cpu.Stores?.BeforeStep(task, location, access);
        if ((cpu.Context & _judgedIn) != 0)
        {
            Judge(cpu, step, arguments);
        }

        if (_ordersAlways || (_ordersLate && machine.Memory == MemoryModel.Arm))
        {
            (cpu.State.Steps ??= new StepRecord()).Execute(cpu, step);
        }

        return cpu;
    }

    /// <summary>A point inside a compound operation: before it touches another location, interrupts may arrive and other CPUs may run.</summary>
    internal Cpu Inside(object location)
    {
        KernelTask task = KernelTask.Current;
        task.Machine.Execution.Point(new Step(this, location, Access.Write));
        Cpu cpu = task.Machine.AllCpus[task.Cpu.Value];
        cpu.Stores?.BeforeStep(task, location, Access.Write);
        return cpu;
    }

    /// <summary>True when an argument is one the operation always refuses. The breach is reported.</summary>
    internal bool Refuses(Cpu cpu, object? location, params ReadOnlySpan<Argument> arguments)
    {
        foreach (ArgumentConstraint constraint in _constraints)
        {
            foreach (Argument argument in arguments)
            {
                if (argument.Name == constraint.Parameter && argument.AsNumber() is { } number && constraint.Refuses(number))
                {
                    return Refused(cpu, location, arguments.ToArray());
                }
            }
        }

        return false;
    }

    private bool Refused(Cpu cpu, object? location, Argument[] arguments)
    {
        if (Contract.Refused(name => Argument.Find(arguments, name)?.AsNumber(), name => Argument.Find(arguments, name)?.AsConstant()) is not { } constraint)
        {
            return false;
        }

        cpu.Machine.Execution.Breach(
            new Breach(constraint.Law, $"a call with {constraint.Parameter} = {Argument.Find(arguments, constraint.Parameter)?.Value}", constraint.Because ?? Describe(constraint)),
            new Step(this, location, Access.Write));
        return true;
    }

    private static string Describe(ArgumentConstraint constraint) => constraint.Rule switch
    {
        ArgumentRule.RejectsFlag => $"refuses {constraint.FlagName}",
        ArgumentRule.RequiresFlag => $"needs {constraint.FlagName}",
        _ => $"takes {constraint.Minimum} to {constraint.Maximum}",
    };

    private void Judge(Cpu cpu, in Step step, ReadOnlySpan<Argument> arguments)
    {
        Situation situation = cpu.Situation;
        if (_legal is { } legal && legal.In == situation)
        {
            return;
        }

        if (!JudgeAnew(cpu, situation, step, arguments) && !_asksForArguments)
        {
            _legal = new Legal(situation);
        }
    }

    private bool JudgeAnew(Cpu cpu, Situation situation, in Step step, ReadOnlySpan<Argument> arguments)
    {
        bool any = false;
        Argument[] actual = arguments.ToArray();
        Machine machine = cpu.Machine;
        object? location = step.Location;
        IEnumerable<Breach> breaches = Legality.Judge(
            Contract,
            situation,
            name => Argument.Find(actual, name)?.AsConstant(),
            effect => effect.Lock == "this"
                ? (location as KernelLock)?.Class
                : (Argument.Find(actual, effect.Lock)?.Value as KernelLock)?.Class ?? Machine.DeclaredLockClass(effect.Lock));
        foreach (Breach breach in breaches)
        {
            any = true;
            machine.Execution.Breach(breach, step);
        }

        return any;
    }

    /// <summary>Where the contract was asked last and said yes.</summary>
    private sealed record Legal(Situation In);
}
