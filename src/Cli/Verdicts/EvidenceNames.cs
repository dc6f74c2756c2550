using IrqSafety.Rules;

namespace IrqSafety.Cli.Verdicts;

/// <summary>Verdicts and kinds of evidence as reports write them.</summary>
internal static class EvidenceNames
{
    /// <summary>The verdict's name.</summary>
    public static string Name(this Verdict verdict) => verdict switch
    {
        Verdict.Confirmed => "confirmed",
        Verdict.NotReproduced => "not-reproduced",
        Verdict.NotCovered => "not-covered",
        _ => "not-modelled",
    };

    /// <summary>The evidence's name; null for none.</summary>
    public static string? Name(this Evidence evidence) => evidence switch
    {
        Evidence.Harm => "harm",
        Evidence.Breach => "breach",
        Evidence.Predicted => "predicted",
        _ => null,
    };

    /// <summary>The evidence of this name.</summary>
    public static Evidence Parse(string name) => name switch
    {
        "harm" => Evidence.Harm,
        "breach" => Evidence.Breach,
        "predicted" => Evidence.Predicted,
        _ => Evidence.None,
    };
}
