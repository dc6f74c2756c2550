using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Conformance.Tests;

/// <summary>A GIC whose CPU 0 acknowledges by hand: interrupts are masked by DAIF, and PMR lets every priority through.</summary>
internal sealed class GicBench
{
    public static readonly CpuId Cpu0 = new(0);
    public static readonly CpuId Cpu1 = new(1);

    private readonly bool _level;

    private GicBench(bool level) => _level = level;

    public static MachineProfile Mode0 { get; } = MachineProfile.GicV3Irq with { Name = "eoi0", EoiMode = EoiMode.DropAndDeactivate, SecurityDisabled = true };

    public static MachineProfile Mode1 { get; } = MachineProfile.GicV3Irq with { Name = "eoi1", EoiMode = EoiMode.DropOnly, SecurityDisabled = true };

    public static Cpu ThisCpu => Machine.Current.Cpus[KernelTask.Current.Cpu.Value];

    public static CpuInterface Interface => ThisCpu.Interface;

    public static Gic Controller => Machine.Current.Gic;

    public bool Level => _level;

    public static InterruptState State(IntId irq) => Controller.StateOf(irq, ThisCpu.Id);

    /// <summary>Edge and level, EOI mode 0 and 1.</summary>
    public static void InEachConfiguration(Action<GicBench> body)
    {
        foreach (MachineProfile profile in new[] { Mode0, Mode1 })
        {
            foreach (bool level in new[] { false, true })
            {
                By(profile, () => body(new GicBench(level)));
            }
        }
    }

    public static void By(MachineProfile profile, Action body, int cpus = 2) => PlainExecution.Run(profile, cpus, () =>
    {
        LocalDaif.Mask();
        Interface.Pmr = new Pmr(0xf8);
        body();
    });

    /// <summary>What the configuration can inject: a level source drives no SGI.</summary>
    public IEnumerable<IntId> Of(params IntId[] irqs) => irqs.Where(irq => !(_level && irq.IsSgi));

    /// <summary>Enables a line of this configuration's kind at a priority.</summary>
    public void Enable(IntId irq, int priority)
    {
        State(irq).Trigger = _level ? Trigger.Level : Trigger.Edge;
        Enable(irq, new Priority((byte)priority));
    }

    public static void Enable(IntId irq, Priority priority, InterruptGroup group = InterruptGroup.Group1)
    {
        InterruptState state = State(irq);
        state.Group = group;
        Controller.WritePriority(irq, ThisCpu.Id, Controller.Programmed(priority));
        state.Enabled = true;
    }

    public void Inject(IntId irq)
    {
        if (irq.IsSgi)
        {
            Controller.SendSgi(irq, CpuMask.Of(ThisCpu.Id));
        }
        else
        {
            Controller.Assert(irq, ThisCpu.Id);
        }
    }

    /// <summary>The device is served: its level line falls.</summary>
    public void Serve(IntId irq)
    {
        if (_level && !irq.IsSgi)
        {
            Controller.Deassert(irq, ThisCpu.Id);
        }
    }

    public static void End(IntId irq)
    {
        Interface.EndOfInterrupt(irq);
        Deactivate(irq);
    }

    public static void Deactivate(IntId irq)
    {
        if (Interface.EoiMode == EoiMode.DropOnly)
        {
            Interface.Deactivate(irq);
        }
    }

    public static void AssertQuiet(IEnumerable<IntId> irqs)
    {
        Assert.All(irqs, irq => Assert.False(State(irq).Active, $"{irq} is active"));
        Assert.Equal(0u, Interface.ActivePriorities1);
        Assert.Equal(IntId.Spurious, Interface.Acknowledge());
    }

    public static IntId[] Range(IntId first, int count) => [.. Enumerable.Range(0, count).Select(i => first + i)];
}
