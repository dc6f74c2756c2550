namespace IrqSafety.Simulator;

/// <summary>
/// The name of a location, equal in every execution. Locations of one name are treated as one, which can only add decision points, never
/// take one away.
/// </summary>
internal static class LocationName
{
    public static string Of(object location) => location as string ?? $"{location.GetType().FullName}:{location}";
}
