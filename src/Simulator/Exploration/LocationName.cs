using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// The name of a location, equal in every execution. Locations of one name are treated as one, which can only add decision points, never
/// take one away.
/// </summary>
internal static class LocationName
{
    public static string Of(object location) => location switch
    {
        string name => name,
        IntId irq => irq.ToString(),
        CpuId cpu => cpu.ToString(),
        KernelLock @lock => "lock " + @lock.Class.Name,
        _ => location.GetType().FullName ?? "",
    };
}
