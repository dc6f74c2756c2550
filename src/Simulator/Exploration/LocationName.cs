using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// The name of a location, equal in every execution. Locations of one name are treated as one, which can only add decision points, never
/// take one away.
/// </summary>
internal static class LocationName
{
    /// <summary>The interrupt controller: what one register of it shows depends on the others.</summary>
    public const string Controller = "interrupt controller";

    public static string Of(object location) => location switch
    {
        string name => name,
        InterruptState or Gic or Distributor or Its => Controller,
        _ => $"{location.GetType().FullName}:{location}",
    };
}
