using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0301MaskNotRestoredTests
{
    [Fact]
    public Task Reported_where_a_path_returns_without_restoring() => Verify.Reported("IRQ0301", """
        class Timer
        {
            private int armed;

            public int Early(bool busy)
            {
                IrqFlags flags = [|LocalIrq.Save()|];
                if (busy)
                {
                    return -16;
                }

                armed = 1;
                LocalIrq.Restore(flags);
                return 0;
            }

            public void Never()
            {
                DaifFlags flags = [|LocalDaif.Save()|];
                armed = 0;
            }

            public void SavedAgain(bool twice)
            {
                IrqFlags flags = [|LocalIrq.Save()|];
                flags = LocalIrq.Save();
                LocalIrq.Restore(flags);
            }
        }
        """,
        "'LocalIrq.Save' saves the mask, and Early returns without restoring it on some path. Restore it before each return, or declare [SavesMask].",
        "'LocalDaif.Save' saves the mask, and Never returns without restoring it. Restore it before each return, or declare [SavesMask].",
        "'LocalIrq.Save' saves the mask, and SavedAgain returns without restoring it. Restore it before each return, or declare [SavesMask].");

    [Fact]
    public Task Reported_where_a_helper_saved_it_and_its_caller_does_not_restore_it() => Verify.Reported("IRQ0301", """
        class Timer
        {
            private static IrqFlags Begin()
            {
                IrqFlags flags = LocalIrq.Save();
                return flags;
            }

            public int Early(bool busy)
            {
                IrqFlags flags = [|Begin()|];
                if (busy)
                {
                    return -16;
                }

                LocalIrq.Restore(flags);
                return 0;
            }

            public void Balanced()
            {
                IrqFlags flags = Begin();
                LocalIrq.Restore(flags);
            }
        }
        """,
        "'Timer.Begin' saves the mask, and Early returns without restoring it on some path. Restore it before each return, or declare [SavesMask].");

    [Fact]
    public Task Reported_across_types_in_the_build() => Verify.Reported("IRQ0351", """
        class Timer
        {
            public int Early(bool busy)
            {
                IrqFlags flags = [|Section.Begin()|];
                if (busy)
                {
                    return -16;
                }

                LocalIrq.Restore(flags);
                return 0;
            }
        }

        static class Section
        {
            public static IrqFlags Begin() => LocalIrq.Save();
        }
        """);

    [Fact]
    public Task Reported_where_it_is_restored_out_of_order_or_again() => Verify.Reported("IRQ0301", """
        class Timer
        {
            public void Crossed()
            {
                IrqFlags outer = LocalIrq.Save();
                DaifFlags inner = LocalDaif.Save();
                [|LocalIrq.Restore(outer)|];
                LocalDaif.Restore(inner);
            }

            public void Twice(bool failed)
            {
                IrqFlags flags = LocalIrq.Save();
                if (failed)
                {
                    LocalIrq.Restore(flags);
                }

                [|LocalIrq.Restore(flags)|];
            }

            public void InsideAnother()
            {
                IrqFlags first = LocalIrq.Save();
                LocalIrq.Restore(first);
                IrqFlags second = LocalIrq.Save();
                [|LocalIrq.Restore(first)|];
                LocalIrq.Restore(second);
            }
        }
        """,
        "'LocalIrq.Restore' restores a mask while what 'LocalDaif.Save' saved inside it is still to be restored. Restore in the reverse order.",
        "'LocalIrq.Restore' restores a mask that was restored before. Restore each saved mask once.",
        "'LocalIrq.Restore' restores a mask that was restored before, inside the section that 'LocalIrq.Save' began. Restore each saved mask once.");

    [Fact]
    public Task Reported_where_other_CPUs_may_overwrite_what_was_saved() => Verify.Reported("IRQ0301", """
        class Console
        {
            private static readonly RawSpinLock consoleLock = new();
            private static IrqFlags flags;
            private static IrqFlags guarded;

            public static void Enter() => flags = [|LocalIrq.Save()|];

            public static void Leave() => LocalIrq.Restore(flags);

            public static void Locked()
            {
                using (consoleLock.Lock())
                {
                    guarded = LocalIrq.Save();
                    LocalIrq.Restore(guarded);
                }
            }
        }
        """,
        "'LocalIrq.Save' saves the mask of this CPU in 'Console.flags', where another CPU may overwrite it before it is restored. Keep it in a local variable, or hold a lock while it is there.");

    [Fact]
    public Task A_promise_to_keep_the_mask_is_held_to() => Verify.Reported("IRQ0301", """
        class Chip
        {
            [KeepsMask(Mask.Irq)]
            public void Close() => [|LocalIrq.Disable()|];

            [KeepsMask(Mask.Irq)]
            public void Kept()
            {
                IrqFlags flags = LocalIrq.Save();
                LocalIrq.Restore(flags);
            }

            [KeepsMask(Mask.Irq)]
            [RequiresMasked(Mask.Irq)]
            public void StaysMasked() => LocalIrq.Disable();
        }
        """,
        "'LocalIrq.Disable' leaves interrupts off, but Close promises to keep the mask it finds. Save it and restore it.");

    [Fact]
    public Task Silent_where_every_path_restores_in_turn() => Verify.Valid("""
        class Timer
        {
            private readonly RawSpinLock stateLock = new();

            public int Branches(bool busy)
            {
                IrqFlags flags = LocalIrq.Save();
                if (busy)
                {
                    LocalIrq.Restore(flags);
                    return -16;
                }

                LocalIrq.Restore(flags);
                return 0;
            }

            public void Nested()
            {
                IrqFlags outer = LocalIrq.Save();
                DaifFlags inner = LocalDaif.Save();
                LocalDaif.Restore(inner);
                LocalIrq.Restore(outer);
            }

            public void Finally()
            {
                IrqFlags flags = LocalIrq.Save();
                try
                {
                }
                finally
                {
                    LocalIrq.Restore(flags);
                }
            }

            public void Loop(int count)
            {
                for (int i = 0; i < count; i++)
                {
                    IrqFlags flags = LocalIrq.Save();
                    LocalIrq.Restore(flags);
                }
            }

            // cpu_relax() with interrupts as they were: spin_lock_irqsave() waits like this.
            public void Relaxing(Shared<bool> ready)
            {
                IrqFlags flags = LocalIrq.Save();
                while (!ready.Read())
                {
                    LocalIrq.Restore(flags);
                    Processor.Relax();
                    flags = LocalIrq.Save();
                }

                LocalIrq.Restore(flags);
            }

            public void RelaxingWithDisable(Shared<bool> ready)
            {
                IrqFlags flags = LocalIrq.Save();
                while (!ready.Read())
                {
                    LocalIrq.Restore(flags);
                    Processor.Relax();
                    LocalIrq.Disable();
                }

                LocalIrq.Restore(flags);
            }

            public void HandedOnToALock()
            {
                IrqFlags flags = LocalIrq.Save();
                stateLock.Acquire();
                stateLock.ReleaseIrqRestore(flags);
            }

            public void TakenOverFromALock()
            {
                IrqFlags flags = stateLock.AcquireIrqSave();
                stateLock.Release();
                LocalIrq.Restore(flags);
            }

            public void NeverReturns()
            {
                IrqFlags flags = LocalIrq.Save();
                Processor.Park();
            }
        }
        """);

    [Fact]
    public Task Silent_where_somebody_else_restores() => Verify.Valid("""
        class Section
        {
            private IrqFlags kept;

            [SavesMask(Mask.Irq)]
            [SetsMask(Mask.Irq, true)]
            public static IrqFlags Begin() => LocalIrq.Save();

            public static IrqFlags Returned()
            {
                IrqFlags flags = LocalIrq.Save();
                return flags;
            }

            public static (IrqFlags, int) InATuple()
            {
                IrqFlags flags = LocalIrq.Save();
                return (flags, 1);
            }

            public static void ByReference(out IrqFlags flags) => flags = LocalIrq.Save();

            public void Enter() => kept = LocalIrq.Save();

            public void Leave() => LocalIrq.Restore(kept);

            public static void Passed()
            {
                IrqFlags flags = LocalIrq.Save();
                End(flags);
            }

            public static Action Captured()
            {
                IrqFlags flags = LocalIrq.Save();
                return () => LocalIrq.Restore(flags);
            }

            private static void End(IrqFlags flags) => LocalIrq.Restore(flags);

            // Whoever drops what was saved wants interrupts off and no more.
            public static void Off() => _ = LocalIrq.Save();

            [RequiresMasked(Mask.Irq)]
            public static void StaysOff()
            {
                LocalIrq.Disable();
                IrqFlags flags = LocalIrq.Save();
            }
        }
        """);

    [Fact]
    public Task Operations_of_the_programs_own_are_judged_by_their_contracts() => Verify.Reported("IRQ0301", """
        readonly struct Spl
        {
        }

        static class Bsd
        {
            [SavesMask(Mask.Irq)]
            [SetsMask(Mask.Irq, true)]
            public static Spl SplHigh() => default;

            [RestoresMask(Mask.Irq, From = "level")]
            public static void SplX(Spl level) { }
        }

        class Driver
        {
            public bool Poll(bool ready)
            {
                Spl level = [|Bsd.SplHigh()|];
                if (!ready)
                {
                    return false;
                }

                Bsd.SplX(level);
                return true;
            }
        }
        """);
}
