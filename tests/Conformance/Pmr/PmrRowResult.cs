namespace IrqSafety.Conformance.Tests;

/// <summary>What the model made of a row.</summary>
/// <param name="Before">The mask registers as the operation began.</param>
/// <param name="After">The state after it.</param>
/// <param name="Returned">The word it returned, if it returns one.</param>
/// <param name="Delivered">For the arrival of an exception: it was taken.</param>
/// <param name="Report">Why the operation is illegal there, if the model says so.</param>
internal sealed record PmrRowResult(MaskState Before, MaskView After, uint? Returned, bool? Delivered, string? Report)
{
    /// <summary>The first difference from the row, or null.</summary>
    public string? DisagreementWith(PmrStateRow row) => (row, this) switch
    {
        _ when Before != row.Before => $"begins in {Before} instead of {row.Before}",
        _ when After != row.After => $"ends in {After} instead of {row.After}",
        _ when row.Returns is { } word && Returned != word => $"returns 0x{Returned:x} instead of 0x{word:x}",
        _ => LegalityDisagreement(row.Legal),
    };

    private string? LegalityDisagreement(string legal) => legal switch
    {
        "yes" when Report is not null => $"is legal, and is reported: {Report}",
        "yes" when Delivered == false => "is not delivered",
        "warn" or "hazard" when Report is null => "is not reported",
        "no" when Delivered == true => "is delivered",
        "no" when Delivered is null && Report is null => "is forbidden, and is not reported",
        _ => null,
    };
}
