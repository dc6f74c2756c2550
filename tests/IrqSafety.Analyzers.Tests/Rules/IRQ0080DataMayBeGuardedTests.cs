using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0080DataMayBeGuardedTests
{
    [Fact]
    public Task Reported_for_fields_that_are_touched_under_one_lock_in_the_method_or_its_callers() => Reported("""
        class Ring
        {
            private readonly RawSpinLock ringLock = new();
            private int [|head|];
            private int [|depth|] = 2;
            private static readonly RawSpinLock s_lock = new();
            private static int [|s_rings|];

            public Ring() => head = 1;

            public void Put()
            {
                using (ringLock.Lock())
                {
                    head++;
                    Step();
                }
            }

            public int Get()
            {
                ringLock.Acquire();
                int at = head;
                ringLock.Release();
                return at;
            }

            [RequiresHeld("this.ringLock")]
            public int Depth() => depth;

            private void Step() => depth = 1;

            public void Move(Ring other)
            {
                using (other.ringLock.LockIrqSave())
                {
                    other.head = 0;
                }
            }

            public static void Count()
            {
                using (s_lock.Lock())
                {
                    s_rings++;
                }
            }

            public static void Discount()
            {
                using (s_lock.Lock())
                {
                    s_rings--;
                }
            }
        }
        """,
        "'Ring.head' is touched with 'Ring.ringLock' held at each of 3 places. If that lock guards it, declare [GuardedBy(\"ringLock\")], so that an access without it is reported.",
        "'Ring.depth' is touched with 'Ring.ringLock' held at each of 2 places. If that lock guards it, declare [GuardedBy(\"ringLock\")], so that an access without it is reported.",
        "'Ring.s_rings' is touched with 'Ring.s_lock' held at each of 2 places. If that lock guards it, declare [GuardedBy(\"s_lock\")], so that an access without it is reported.");

    [Fact]
    public Task Silent_where_an_access_has_no_lock_or_another_objects_or_is_marked_or_cannot_be_seen() => Reported("""
        class Ring
        {
            private readonly RawSpinLock ringLock = new();
            private readonly RawSpinLock otherLock = new();
            private readonly RwLock mapLock = new();
            private int unlocked;
            private int ofAnother;
            private int both;
            private int neverWritten = 1;
            private int once;
            private int written;
            private int hint;
            internal int visible;

            public void Put(Ring other)
            {
                using (ringLock.Lock())
                {
                    unlocked++;
                    other.ofAnother++;
                    visible++;
                    hint = 1;
                    using (otherLock.Lock())
                    {
                        both++;
                        both--;
                    }

                    Step();
                    if (neverWritten + neverWritten > 3)
                    {
                        once++;
                    }
                }
            }

            public int Get() => unlocked;

            internal void Step() => once--;

            public int Hint()
            {
                using (ringLock.Lock())
                {
                    return System.Threading.Volatile.Read(ref hint) + ofAnother + visible;
                }
            }

            public void Readers()
            {
                using (mapLock.LockRead())
                {
                    written++;
                }

                using (mapLock.LockWrite())
                {
                    written++;
                }
            }
        }
        """);

    [Fact]
    public Task It_is_off_by_default() => Verify.Valid("""
        class Ring
        {
            private readonly RawSpinLock ringLock = new();
            private int head;

            public void Put()
            {
                using (ringLock.Lock())
                {
                    head++;
                    head++;
                }
            }
        }
        """);

    private static Task Reported(string source, params string[] messages) => AnalyzerVerifier.Verify(
        "IRQ0080",
        ["using IrqSafety.Contracts;\nusing IrqSafety.Runtime;\n" + source],
        messages,
        switchedOn: ["IRQ0080"],
        cancellation: TestContext.Current.CancellationToken);
}
