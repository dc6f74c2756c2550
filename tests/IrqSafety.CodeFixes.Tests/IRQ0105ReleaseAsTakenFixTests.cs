using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0105: Release it as it was taken. With the rule, so that what is fixed is no longer found.</summary>
public sealed class IRQ0105ReleaseAsTakenFixTests
{
    [Fact]
    public Task The_release_takes_the_mode_of_its_acquire() => CodeFixVerifier.Verify(
        new IRQ0105ReleaseAsTakenFix(),
        "IRQ0105",
        [
            Driver("""
                public void Reader()
                {
                    mapLock.AcquireRead();
                    [|mapLock.ReleaseWrite()|]; // here
                }

                public void Saved()
                {
                    IrqFlags flags = mapLock.AcquireReadIrqSave();
                    [|mapLock.ReleaseWriteIrqRestore(flags)|];
                }

                public void Writer()
                {
                    this.mapLock.AcquireWriteBh();
                    [|this.mapLock.ReleaseReadBh()|];
                }
            """),
        ],
        [
            Driver("""
                public void Reader()
                {
                    mapLock.AcquireRead();
                    mapLock.ReleaseRead(); // here
                }

                public void Saved()
                {
                    IrqFlags flags = mapLock.AcquireReadIrqSave();
                    mapLock.ReleaseReadIrqRestore(flags);
                }

                public void Writer()
                {
                    this.mapLock.AcquireWriteBh();
                    this.mapLock.ReleaseWriteBh();
                }
            """),
        ],
        "Release it as it was taken",
        TestContext.Current.CancellationToken);

    [Fact]
    public Task Nothing_is_offered_where_the_lock_is_not_held_at_all() => CodeFixVerifier.NotOffered(
        new IRQ0105ReleaseAsTakenFix(),
        "IRQ0105",
        [
            Driver("""
                public void Twice()
                {
                    mapLock.AcquireRead();
                    mapLock.ReleaseRead();
                    [|mapLock.ReleaseRead()|];
                }
            """),
        ],
        TestContext.Current.CancellationToken);

    private static string Driver(string members) =>
        $$"""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        sealed class Driver
        {
            private readonly RwLock mapLock = new();

        {{members}}
        }
        """;
}
