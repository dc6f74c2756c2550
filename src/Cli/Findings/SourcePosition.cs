namespace IrqSafety.Cli.Findings;

/// <summary>Reads the positions that workers write.</summary>
internal static class SourcePosition
{
    /// <summary>Reads <c>file:line</c>; null when the text is something else.</summary>
    public static Place? Parse(string? text)
    {
        int colon = text?.LastIndexOf(':') ?? -1;
        return colon > 0 && int.TryParse(text![(colon + 1)..], out int line) ? new Place(text[..colon], line, 1) : null;
    }
}
