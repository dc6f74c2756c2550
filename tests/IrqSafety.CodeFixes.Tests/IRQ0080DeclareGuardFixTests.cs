using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0080: Declare that the lock guards it. With the rule, so that what is declared is no longer found and holds.</summary>
public sealed class IRQ0080DeclareGuardFixTests
{
    [Fact]
    public Task The_attribute_stands_before_the_field() => CodeFixVerifier.Verify(
        new IRQ0080DeclareGuardFix(),
        "IRQ0080",
        [
            """
            using IrqSafety.Runtime;

            sealed class Ring
            {
                private readonly RawSpinLock ringLock = new();

                // The next free place.
                private int [|head|];

                [System.Obsolete]
                private int [|tail|]; // the oldest

                public void Put()
                {
                    using (ringLock.Lock())
                    {
                        head++;
                    }
                }

            #pragma warning disable 612
                public int Count()
                {
                    using (ringLock.Lock())
                    {
                        tail--;
                        return head - tail;
                    }
                }
            }
            """,
        ],
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            sealed class Ring
            {
                private readonly RawSpinLock ringLock = new();

                // The next free place.
                [GuardedBy("ringLock")] private int head;

                [GuardedBy("ringLock")] [System.Obsolete]
                private int tail; // the oldest

                public void Put()
                {
                    using (ringLock.Lock())
                    {
                        head++;
                    }
                }

            #pragma warning disable 612
                public int Count()
                {
                    using (ringLock.Lock())
                    {
                        tail--;
                        return head - tail;
                    }
                }
            }
            """,
        ],
        "Declare that the lock guards it",
        ["IRQ0080"],
        TestContext.Current.CancellationToken);

    [Fact]
    public Task Nothing_is_offered_for_several_fields_in_one_declaration() => CodeFixVerifier.NotOffered(
        new IRQ0080DeclareGuardFix(),
        "IRQ0080",
        [
            """
            using IrqSafety.Runtime;

            sealed class Ring
            {
                private readonly RawSpinLock ringLock = new();
                private int [|head|], other;

                public int Other => other;

                public void Put()
                {
                    using (ringLock.Lock())
                    {
                        head++;
                        head--;
                    }
                }
            }
            """,
        ],
        TestContext.Current.CancellationToken,
        switchedOn: ["IRQ0080"]);
}
