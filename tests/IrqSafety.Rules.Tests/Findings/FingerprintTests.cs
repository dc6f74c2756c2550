using Xunit;

namespace IrqSafety.Rules.Tests;

public class FingerprintTests
{
    private static readonly Site Here = new("M:Ipi.Handle(IrqSafety.Runtime.IntId)", "M:IrqSafety.Runtime.SpinLock.Acquire", 0);

    [Fact]
    public void A_site_survives_being_written_and_read() => Assert.Equal(Here, Site.Parse(Here.ToString()));

    [Theory]
    [InlineData("")]
    [InlineData("M:A.B|M:C.D")]
    [InlineData("M:A.B|M:C.D|first")]
    [InlineData("M:A.B|M:C.D|0|extra")]
    public void What_is_not_a_site_is_not_read(string text) => Assert.Null(Site.Parse(text));

    // FNV-1a (64 bit) of "nmi.blocking-lock\nM:A.B|M:C.D|0\nF:A.lock\n", computed outside this program. Replay files and baselines keep
    // fingerprints, so the function must never change.
    [Fact]
    public void The_key_never_changes() =>
        Assert.Equal("9013624d7dc095ee", Fingerprint.Of("nmi.blocking-lock", new Site("M:A.B", "M:C.D", 0), "F:A.lock"));

    [Fact]
    public void Law_site_ordinal_and_subject_all_count()
    {
        string key = Fingerprint.Of(LawIds.NmiBlockingLock, Here, "F:A.lock");
        Assert.NotEqual(key, Fingerprint.Of(LawIds.NmiShared, Here, "F:A.lock"));
        Assert.NotEqual(key, Fingerprint.Of(LawIds.NmiBlockingLock, Here with { Ordinal = 1 }, "F:A.lock"));
        Assert.NotEqual(key, Fingerprint.Of(LawIds.NmiBlockingLock, Here with { Member = "M:Ipi.Setup" }, "F:A.lock"));
        Assert.NotEqual(key, Fingerprint.Of(LawIds.NmiBlockingLock, Here, "F:A.other"));
        Assert.NotEqual(key, Fingerprint.Of(LawIds.NmiBlockingLock, Here));
    }

    // "ab" + "c" and "a" + "bc" are different subjects.
    [Fact]
    public void Subjects_are_kept_apart() =>
        Assert.NotEqual(Fingerprint.Of("law", Here, "ab", "c"), Fingerprint.Of("law", Here, "a", "bc"));
}
