using System.Collections.Generic;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>Questions about sets of sections.</summary>
public static class Sections
{
    private static readonly (Section Section, string Name)[] s_names =
    [
        (Section.CpuStarting, "the STARTING section of CPU hotplug"),
        (Section.CpuOnline, "the ONLINE section of CPU hotplug"),
        (Section.StopMachine, "stop_machine()"),
        (Section.CpuPm, "a CPU power-management notifier"),
        (Section.CrashStop, "a crash"),
        (Section.RcuReader, "an RCU read-side section"),
        (Section.WorldSwitch, "the world switch"),
        (Section.PreemptOff, "a region with preemption off"),
    ];

    /// <summary>The set as a person says it: <c>stop_machine()</c>. That a handler is never threaded is not said.</summary>
    public static string Describe(this Section sections)
    {
        var names = new List<string>();
        foreach ((Section section, string name) in s_names)
        {
            if ((sections & section) != 0)
            {
                names.Add(name);
            }
        }

        return names.Count == 0 ? "no section" : string.Join(" and ", names);
    }
}
