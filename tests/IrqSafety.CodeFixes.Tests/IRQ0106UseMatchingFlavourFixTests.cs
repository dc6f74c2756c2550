using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0106: Use the matching flavour. With the rule, so that what is fixed is no longer found.</summary>
public sealed class IRQ0106UseMatchingFlavourFixTests
{
    [Fact]
    public Task The_release_takes_the_flavour_and_the_flags_of_its_acquire() => Fixes(
        Driver("""
            public void Saved()
            {
                IrqFlags flags = listLock.AcquireIrqSave();
                [|listLock.ReleaseIrq()|]; // here
            }

            public void LeftOff()
            {
                var state = listLock.AcquireIrqSave();
                [|listLock.Release()|];
            }

            public void Plain()
            {
                listLock.Acquire();
                [|listLock.ReleaseIrq()|];
            }

            public void Soft()
            {
                listLock.AcquireBh();
                [|listLock.Release()|];
            }

            public void Reader()
            {
                mapLock.AcquireReadIrq();
                [|mapLock.ReleaseRead()|];
            }

            public void Inner()
            {
                listLock.Acquire();
                [|listLock.DoRelease()|];
            }
        """),
        Driver("""
            public void Saved()
            {
                IrqFlags flags = listLock.AcquireIrqSave();
                listLock.ReleaseIrqRestore(flags); // here
            }

            public void LeftOff()
            {
                var state = listLock.AcquireIrqSave();
                listLock.ReleaseIrqRestore(state);
            }

            public void Plain()
            {
                listLock.Acquire();
                listLock.Release();
            }

            public void Soft()
            {
                listLock.AcquireBh();
                listLock.ReleaseBh();
            }

            public void Reader()
            {
                mapLock.AcquireReadIrq();
                mapLock.ReleaseReadIrq();
            }

            public void Inner()
            {
                listLock.Acquire();
                listLock.Release();
            }
        """));

    [Fact]
    public Task Readers_writers_softirqs_and_sleeping_spin_locks_have_their_own_releases() => Fixes(
        Driver("""
            public void WriterSaved()
            {
                IrqFlags flags = mapLock.AcquireWriteIrqSave();
                [|mapLock.ReleaseWrite()|];
            }

            public void ReaderSaved()
            {
                IrqFlags flags = mapLock.AcquireReadIrqSave();
                [|mapLock.ReleaseReadIrq()|];
            }

            public void ReaderSoft()
            {
                mapLock.AcquireReadBh();
                [|mapLock.ReleaseRead()|];
            }

            public void WriterSoft()
            {
                mapLock.AcquireWriteBh();
                [|mapLock.ReleaseWrite()|];
            }

            public void Sleeping()
            {
                IrqFlags flags = tableLock.AcquireIrqSave();
                [|tableLock.Release()|];
            }
        """),
        Driver("""
            public void WriterSaved()
            {
                IrqFlags flags = mapLock.AcquireWriteIrqSave();
                mapLock.ReleaseWriteIrqRestore(flags);
            }

            public void ReaderSaved()
            {
                IrqFlags flags = mapLock.AcquireReadIrqSave();
                mapLock.ReleaseReadIrqRestore(flags);
            }

            public void ReaderSoft()
            {
                mapLock.AcquireReadBh();
                mapLock.ReleaseReadBh();
            }

            public void WriterSoft()
            {
                mapLock.AcquireWriteBh();
                mapLock.ReleaseWriteBh();
            }

            public void Sleeping()
            {
                IrqFlags flags = tableLock.AcquireIrqSave();
                tableLock.ReleaseIrqRestore(flags);
            }
        """));

    [Fact]
    public Task Where_interrupts_are_off_outside_the_section_saves_them() => Fixes(
        Driver("""
            [RequiresMasked(Mask.Irq)]
            public void Pair()
            {
                listLock.AcquireIrq();
                [|listLock.ReleaseIrq()|];
            }

            [RequiresMasked(Mask.Irq)]
            public void Guard()
            {
                using IrqLockGuard held = [|mapLock.LockWriteIrq()|];
            }
        """),
        Driver("""
            [RequiresMasked(Mask.Irq)]
            public void Pair()
            {
                IrqFlags flags = listLock.AcquireIrqSave();
                listLock.ReleaseIrqRestore(flags);
            }

            [RequiresMasked(Mask.Irq)]
            public void Guard()
            {
                using IrqSaveLockGuard held = mapLock.LockWriteIrqSave();
            }
        """));

    [Fact]
    public Task Nothing_is_offered_where_the_flags_are_not_to_be_had_or_were_exchanged() => CodeFixVerifier.NotOffered(
        new IRQ0106UseMatchingFlavourFix(),
        "IRQ0106",
        [
            Driver("""
                public void Dropped()
                {
                    listLock.AcquireIrqSave();
                    [|listLock.ReleaseIrq()|];
                }

                public void Exchanged()
                {
                    IrqFlags outer = listLock.AcquireIrqSave();
                    IrqFlags inner = otherLock.AcquireIrqSave();
                    [|otherLock.ReleaseIrqRestore(outer)|];
                    listLock.ReleaseIrqRestore(inner);
                }
            """),
        ],
        TestContext.Current.CancellationToken);

    private static Task Fixes(string source, string @fixed) => CodeFixVerifier.Verify(
        new IRQ0106UseMatchingFlavourFix(), "IRQ0106", [source], [@fixed], "Use the matching flavour", TestContext.Current.CancellationToken);

    private static string Driver(string members) =>
        $$"""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        sealed class Driver
        {
            private readonly RawSpinLock listLock = new();
            private readonly RawSpinLock otherLock = new();
            private readonly RwLock mapLock = new();
            private readonly SpinLock tableLock = new();

        {{members}}
        }
        """;
}
