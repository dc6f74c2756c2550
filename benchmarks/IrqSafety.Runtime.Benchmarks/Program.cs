using System;
using System.Diagnostics;
using System.Linq;
using System.Runtime.CompilerServices;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime.Benchmarks;

/// <summary>
/// What an interrupt costs: its line is raised, the CPU takes it, acknowledges, runs the flow handler and the handler, and ends it. Printed as a ratio to one call
/// of the same handler through its delegate, measured in turn with it in this run, and with the bytes it allocates.
/// </summary>
internal static class Program
{
    // Rounds of a fraction of a millisecond: what else the machine does falls into few of them, and the median leaves those out.
    private const int Rounds = 1001;
    private const int PerRound = 400;
    private const int CallsPerRound = 40_000;
    private const int Cpus = 4;

    private static readonly IntId s_first = IntId.Spi(40);
    private static readonly IrqHandler s_handler = Count;
    private static long s_handled;

    private static int Main()
    {
        bool within = true;
        foreach (MachineProfile profile in new[] { MachineProfile.GicV3PseudoNmi, MachineProfile.GicV3Irq, MachineProfile.GicV2 })
        {
            var execution = new PlainExecution { KeepsEvents = false };
            var machine = new Machine(profile, Cpus, execution);
            machine.AddTask("main", new CpuId(0), () => within &= Measure(machine));
            execution.Run(machine);
        }

        return within ? 0 : 1;
    }

    private static bool Measure(Machine machine)
    {
        for (int cpu = 0; cpu < Cpus; cpu++)
        {
            Check(Irq.SetType(s_first + cpu, Trigger.Edge));
            Check(Irq.RequestIrq(s_first + cpu, s_handler, IrqRequestFlags.None, "counter"));
            Check(Irq.SetAffinity(s_first + cpu, new CpuId(cpu)));
        }

        double[] call = new double[Rounds];
        double[] one = new double[Rounds];
        double[] spread = new double[Rounds];
        Warm(machine);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long handled = s_handled;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            Calls();
            call[round] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / CallsPerRound;
            start = Stopwatch.GetTimestamp();
            Interrupts(machine, cpus: 1);
            one[round] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / PerRound;
            start = Stopwatch.GetTimestamp();
            Interrupts(machine, Cpus);
            spread[round] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / PerRound;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (s_handled - handled != (long)Rounds * (CallsPerRound + (2 * PerRound)))
        {
            throw new InvalidOperationException("not every call and every interrupt was counted once");
        }

        double ratio = Median(one.Zip(call, static (interrupt, baseline) => interrupt / baseline));
        double spreadRatio = Median(spread.Zip(call, static (interrupt, baseline) => interrupt / baseline));
        Console.WriteLine(
            $"{machine.Profile.Name}: delegate call {Median(call):0.0} ns; interrupt on one CPU {Median(one):0} ns, {ratio:0.0} calls; "
            + $"on {Cpus} CPUs in turn {Median(spread):0} ns, {spreadRatio:0.0} calls; {allocated / (double)(2L * Rounds * PerRound):0.000} bytes each");
        return ratio <= 100 && spreadRatio <= 100;
    }

    private static void Warm(Machine machine)
    {
        for (int i = 0; i < 1000; i++)
        {
            Calls();
            Interrupts(machine, 1);
            Interrupts(machine, Cpus);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Calls()
    {
        IrqHandler handler = s_handler;
        for (int i = 0; i < CallsPerRound; i++)
        {
            _ = handler(s_first);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Interrupts(Machine machine, int cpus)
    {
        for (int i = 0; i < PerRound; i++)
        {
            int cpu = i & (cpus - 1);
            machine.Gic.Assert(s_first + cpu, new CpuId(cpu));
            Cpu target = machine.Cpus[cpu];
            if (cpu == 0)
            {
                target.TakeInterrupt();
                continue;
            }

            using KernelTask.TaskBinding binding = KernelTask.Bind(target.Current);
            target.TakeInterrupt();
        }
    }

    [RunsIn(Context.HardIrq)]
    private static IrqReturn Count(IntId irq)
    {
        s_handled += irq.Value >> 6;
        return IrqReturn.Handled;
    }

    private static double Median(System.Collections.Generic.IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static void Check(Errno result)
    {
        if (result != Errno.Ok)
        {
            throw new InvalidOperationException($"set-up failed: {result}");
        }
    }
}
