using System;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>A program of the benchmark as a scenario, under one contract.</summary>
internal sealed class RaceScenario(RaceProgram program, RaceContract contract) : IScenario
{
    public void Build(MachineBuilder b)
    {
        _ = b.Profile(MachineProfile.Unlatched).Cpus(1);
        program.Declare(b);
        int arrivals = contract == RaceContract.TwoArrivals ? 2 : 1;
        Action[] handlers = [program.Isr1, program.Isr2, program.Isr3];
        for (int number = 1; number <= program.Interrupts; number++)
        {
            _ = b.UnlatchedSource($"isr{number}", number, handlers[number - 1], arrivals);
        }

        if (contract == RaceContract.OpenStart)
        {
            _ = b.Task(0, "task", () =>
            {
                program.Start();
                program.Task();
            });
        }
        else
        {
            _ = b.Boot(program.Start).Task(0, "task", program.Task);
        }
    }
}
