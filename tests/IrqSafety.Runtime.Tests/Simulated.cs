using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;

namespace IrqSafety.Runtime.Tests;

/// <summary>Runs code on a machine, in program order.</summary>
internal static class Simulated
{
    public static readonly CpuId Cpu0 = new(0);
    public static readonly CpuId Cpu1 = new(1);

    /// <summary>The CPU the code runs on.</summary>
    public static Cpu ThisCpu => Machine.Current.Cpus[KernelTask.Current.Cpu.Value];

    /// <summary>On CPU 0 of a two-CPU machine with priority masking.</summary>
    public static PlainExecution Run(Action body) => PlainExecution.Run(MachineProfile.GicV3PseudoNmi, 2, body);

    /// <summary>The laws broken, each with the operation that broke it.</summary>
    public static IReadOnlyList<(string Law, string Operation)> Breaches(MachineProfile profile, Action body)
    {
        var breaches = new List<(string, string)>();
        var execution = new PlainExecution { OnBreach = (breach, operation) => breaches.Add((breach.Law, operation.Name)) };
        var machine = new Machine(profile, 2, execution);
        machine.AddTask("main", Cpu0, body);
        execution.Run(machine);
        return breaches;
    }

    public static IReadOnlyList<(string Law, string Operation)> Breaches(Action body) => Breaches(MachineProfile.GicV3PseudoNmi, body);

    /// <summary>Makes <paramref name="handler"/> the handler of an SGI, enabled on this CPU, as an NMI or as an ordinary interrupt.</summary>
    public static void Install(IntId sgi, IrqHandler handler, bool nmi)
    {
        Errno result = nmi ? Irq.RequestPercpuNmi(sgi, handler, "test") : Irq.RequestPercpuIrq(sgi, handler, "test");
        Xunit.Assert.Equal(Errno.Ok, result);
        using PreemptOffGuard off = Preemption.Off();
        if (nmi)
        {
            Xunit.Assert.Equal(Errno.Ok, Irq.PreparePercpuNmi(sgi));
            Irq.EnablePercpuNmi(sgi);
        }
        else
        {
            Irq.EnablePercpuIrq(sgi);
        }
    }

    /// <summary>Raises an interrupt on this CPU and lets it be taken, if the masks allow.</summary>
    public static void Raise(IntId irq)
    {
        Machine.Current.Gic.SendSgi(irq, CpuMask.Of(KernelTask.Current.Cpu));
        Processor.Relax();
    }

    /// <summary>Runs code as the handler of an SGI on this CPU.</summary>
    public static void InHandler(bool nmi, Action body)
    {
        bool ran = false;
        IntId sgi = IntId.Sgi(nmi ? 9 : 8);
        Install(sgi, _ => { body(); ran = true; return IrqReturn.Handled; }, nmi);
        Raise(sgi);
        Xunit.Assert.True(ran);
    }

    public static IEnumerable<string> Texts(this PlainExecution execution, MachineEventKind kind) =>
        execution.Events.Where(happened => happened.Kind == kind).Select(happened => happened.Text ?? "");
}
