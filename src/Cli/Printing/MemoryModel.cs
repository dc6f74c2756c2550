namespace IrqSafety.Cli.Printing;

/// <summary>The memory models as reports name them.</summary>
internal static class MemoryModel
{
    /// <summary>The model in words.</summary>
    public static string Describe(string memory) => memory == "arm"
        ? "store buffers and late system-register effects (arm)"
        : "sequentially consistent (sc)";
}
