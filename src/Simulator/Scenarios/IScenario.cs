using System;
using IrqSafety.Contracts;

namespace IrqSafety.Simulator;

/// <summary>
/// A situation to explore. The object is constructed and <see cref="Build"/> run anew for every execution, so its fields are the state of
/// one execution; statics are shared by all and must not change.
/// </summary>
public interface IScenario
{
    /// <summary>Declares the machine, what runs on it, what may happen to it, and what must hold.</summary>
    [Replayed]
    void Build(MachineBuilder b);
}

/// <summary>Makes a public class with a parameterless constructor that implements <see cref="IScenario"/> a scenario that tools find.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ScenarioAttribute(string summary) : Attribute
{
    /// <summary>What it is about, in one sentence.</summary>
    public string Summary { get; } = summary;
}
