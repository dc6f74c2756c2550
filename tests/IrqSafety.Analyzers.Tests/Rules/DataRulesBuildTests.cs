using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0161 and IRQ0164: what the callers in another type hold is known only in the build.</summary>
public sealed class DataRulesBuildTests
{
    [Fact]
    public Task IRQ0161_a_helper_that_one_type_calls_without_the_lock() => Verify.Reported("IRQ0161", """
        static class Table
        {
            internal static readonly RawSpinLock s_lock = new();
            [GuardedBy("s_lock")] private static int s_rows;

            internal static void Insert() => [|s_rows|]++;

            internal static void InsertLocked()
            {
                using (s_lock.Lock())
                {
                    Insert();
                }
            }
        }

        class User
        {
            public void Add() => Table.Insert();
        }
        """);

    [Fact]
    public Task IRQ0161_is_silent_where_the_other_type_holds_the_lock() => Verify.Valid("""
        static class Table
        {
            internal static readonly RawSpinLock s_lock = new();
            [GuardedBy("s_lock")] private static int s_rows;

            internal static void Insert() => s_rows++;

            internal static void InsertLocked()
            {
                using (s_lock.Lock())
                {
                    Insert();
                }
            }
        }

        class User
        {
            public void Add()
            {
                using (Table.s_lock.Lock())
                {
                    Table.Insert();
                }
            }
        }
        """);

    [Fact]
    public Task IRQ0164_a_helper_that_one_type_calls_without_the_lock() => Verify.Reported("IRQ0164", """
        static class Desc
        {
            internal static readonly RawSpinLock s_lock = new();

            [RequiresHeld("Desc.s_lock")]
            internal static void Mask() { }

            internal static void Quiet() => [|Mask()|];

            internal static void QuietLocked()
            {
                using (s_lock.Lock())
                {
                    Quiet();
                }
            }
        }

        class User
        {
            public void Stop() => Desc.Quiet();
        }
        """);
}
