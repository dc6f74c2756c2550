namespace IrqSafety.Runtime;

/// <summary>How stores and register writes take effect.</summary>
public enum MemoryModel
{
    /// <summary>Sequential consistency: everything takes effect at once, in the order of execution.</summary>
    Sc,

    /// <summary>
    /// Two relaxations of an Arm CPU, each bounded: stores wait in a store buffer (<see cref="StoreBuffer"/>), and register writes take effect late
    /// (<see cref="RegisterEffects"/>). Loads are not reordered with loads, nor anything across a dependency.
    /// </summary>
    Arm,
}
