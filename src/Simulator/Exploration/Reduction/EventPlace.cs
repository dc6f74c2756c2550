namespace IrqSafety.Simulator;

/// <summary>Where in the search an event happened.</summary>
/// <param name="Cpu">On which CPU; −1 for what comes from outside.</param>
/// <param name="Nodes">How many decisions were taken before it.</param>
internal readonly record struct EventPlace(int Cpu, int Nodes)
{
    /// <summary>The source that asserts there, if <see cref="Cpu"/> is −1.</summary>
    public int Source { get; init; }
}
