using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;
using Verify = IrqSafety.CodeFixes.Tests.Verification.Verify<IrqSafety.CodeFixes.IRQ0202DeferThroughIrqWorkFix>;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0202: Defer through irq_work.</summary>
public sealed class IRQ0202DeferThroughIrqWorkFixTests
{
    [Fact]
    public Task A_call_on_a_field_becomes_a_work_item_beside_it() => Verify.Fixes(
        """
        using Kern;

        namespace Drivers;

        /// <summary>A monitor.</summary>
        public sealed class Monitor
        {
            private readonly Sleepers watchers = new();
            private int count;

            public void Report()
            {
                count++;

                // Three calls below the handler.
                [|watchers.WakeAll()|]; // now
            }
        }
        """,
        """
        using Kern;
        using Kern.Soft;

        namespace Drivers;

        /// <summary>A monitor.</summary>
        public sealed class Monitor
        {
            private readonly Sleepers watchers = new();
            private readonly SelfIpi<Monitor> wakeAllWork = new(static self => self.watchers.WakeAll());
            private int count;

            public void Report()
            {
                count++;

                // Three calls below the handler.
                wakeAllWork.Raise(this); // now
            }
        }
        """);

    [Fact]
    public Task A_static_call_becomes_a_static_work_item() => Verify.Fixes(
        """
        using Kern;
        using Kern.Soft;

        static class Monitor
        {
            public static void Report() => [|Sleepers.WakeEverybody()|];
        }
        """,
        """
        using Kern;
        using Kern.Soft;

        static class Monitor
        {
            private static readonly SelfIpi wakeEverybodyWork = new(static () => Sleepers.WakeEverybody());

            public static void Report() => wakeEverybodyWork.Raise();
        }
        """);

    [Fact]
    public Task A_static_receiver_needs_no_object() => Verify.Fixes(
        """
        using Kern.Soft;

        class Monitor
        {
            static readonly Kern.Sleepers all = new();
            const int Some = 2;

            public void Report()
            {
                [|all.WakeAll(Some + 1)|];
            }
        }
        """,
        """
        using Kern.Soft;

        class Monitor
        {
            static readonly Kern.Sleepers all = new();
            private static readonly SelfIpi wakeAllWork = new(static () => all.WakeAll(Some + 1));
            const int Some = 2;

            public void Report()
            {
                wakeAllWork.Raise();
            }
        }
        """);

    [Fact]
    public Task An_operation_of_the_type_itself_is_called_on_the_object() => Verify.Fixes(
        """
        using IrqSafety.Contracts;
        using Kern.Soft;

        class Monitor
        {
            private readonly int _limit = 3;

            public void Report()
            {
                [|WakeSome(_limit, this._limit)|];
            }

            [ForbiddenIn(Context.AnyNmi)]
            private bool WakeSome(int least, int most) => least < most;
        }
        """,
        """
        using IrqSafety.Contracts;
        using Kern.Soft;

        class Monitor
        {
            private readonly int _limit = 3;
            private readonly SelfIpi<Monitor> _wakeSomeWork = new(static self => self.WakeSome(self._limit, self._limit));

            public void Report()
            {
                _wakeSomeWork.Raise(this);
            }

            [ForbiddenIn(Context.AnyNmi)]
            private bool WakeSome(int least, int most) => least < most;
        }
        """);

    [Fact]
    public Task A_receiver_that_may_be_null_is_asked_later() => Verify.Fixes(
        """
        using Kern;
        using Kern.Soft;

        class Monitor
        {
            Sleepers? watchers;

            public void Open() => watchers = new();

            public void Report()
            {
                watchers?[|.WakeAll()|];
            }
        }
        """,
        """
        using Kern;
        using Kern.Soft;

        class Monitor
        {
            Sleepers? watchers;
            private readonly SelfIpi<Monitor> wakeAllWork = new(static self => self.watchers?.WakeAll());

            public void Open() => watchers = new();

            public void Report()
            {
                wakeAllWork.Raise(this);
            }
        }
        """);

    [Fact]
    public Task A_generic_record_with_a_primary_constructor_in_another_type() => Verify.Fixes(
        """
        // Licence: none.

        namespace Drivers
        {
            partial class Outer
            {
                public record Monitor<T>(Kern.Sleepers Watchers, T Of)
                    where T : struct
                {
                    /// <summary>Reports.</summary>
                    public void Report(bool now)
                    {
                        if (now)
                            [|Watchers.WakeAll(limit: 1)|];
                    }
                }
            }
        }
        """,
        """
        // Licence: none.

        using Kern.Soft;

        namespace Drivers
        {
            partial class Outer
            {
                public record Monitor<T>(Kern.Sleepers Watchers, T Of)
                    where T : struct
                {
                    private readonly SelfIpi<Monitor<T>> wakeAllWork = new(static self => self.Watchers.WakeAll(limit: 1));

                    /// <summary>Reports.</summary>
                    public void Report(bool now)
                    {
                        if (now)
                            wakeAllWork.Raise(this);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Directives_at_the_head_of_the_file_stay_there() => Verify.Fixes(
        """
        #define TRACE_WAKEUPS
        #nullable enable
        static class Monitor
        {
            public static void Report()
            {
        #if TRACE_WAKEUPS
                [|Kern.Sleepers.WakeEverybody()|];
        #endif
            }
        }
        """,
        """
        #define TRACE_WAKEUPS
        #nullable enable
        using Kern.Soft;

        static class Monitor
        {
            private static readonly SelfIpi wakeEverybodyWork = new(static () => Kern.Sleepers.WakeEverybody());

            public static void Report()
            {
        #if TRACE_WAKEUPS
                wakeEverybodyWork.Raise();
        #endif
            }
        }
        """);

    [Fact]
    public Task Usings_inside_a_namespace_stay_inside_and_sorted() => Verify.Fixes(
        """
        namespace Drivers
        {
            using System;
            using Zones;

            static class Monitor
            {
                public static void Report() => [|Kern.Sleepers.WakeEverybody()|];
            }
        }

        namespace Zones
        {
        }
        """,
        """
        namespace Drivers
        {
            using System;
            using Kern.Soft;
            using Zones;

            static class Monitor
            {
                private static readonly SelfIpi wakeEverybodyWork = new(static () => Kern.Sleepers.WakeEverybody());

                public static void Report() => wakeEverybodyWork.Raise();
            }
        }

        namespace Zones
        {
        }
        """);

    [Fact]
    public Task A_call_over_several_lines_becomes_one_line() => Verify.Fixes(
        """
        using Kern;
        using Kern.Soft;

        class Monitor
        {
            readonly Sleepers watchers = new();

            public void Report()
            {
                [|this
                    .watchers
                    .WakeAll(
                        limit: 3)|];
            }
        }
        """,
        """
        using Kern;
        using Kern.Soft;

        class Monitor
        {
            readonly Sleepers watchers = new();
            private readonly SelfIpi<Monitor> wakeAllWork = new(static self => self.watchers.WakeAll(limit: 3));

            public void Report()
            {
                wakeAllWork.Raise(this);
            }
        }
        """);

    [Fact]
    public Task Work_that_the_type_has_already_is_used() => Verify.Fixes(
        """
        using Kern;
        using Kern.Soft;

        class Monitor
        {
            readonly Sleepers watchers = new();
            readonly SelfIpi<Monitor> notify = new(m => m.watchers.WakeAll());

            public void Report()
            {
                [|watchers.WakeAll()|];
            }
        }
        """,
        """
        using Kern;
        using Kern.Soft;

        class Monitor
        {
            readonly Sleepers watchers = new();
            readonly SelfIpi<Monitor> notify = new(m => m.watchers.WakeAll());

            public void Report()
            {
                notify.Raise(this);
            }
        }
        """);

    [Fact]
    public Task A_name_that_is_taken_is_not_taken_again() => Verify.Fixes(
        """
        using Kern;
        using Kern.Soft;

        class Monitor
        {
            readonly Sleepers watchers = new();

            public void Report(int wakeAllWork)
            {
                [|watchers.WakeAll()|];
            }
        }
        """,
        """
        using Kern;
        using Kern.Soft;

        class Monitor
        {
            readonly Sleepers watchers = new();
            private readonly SelfIpi<Monitor> watchersWakeAllWork = new(static self => self.watchers.WakeAll());

            public void Report(int wakeAllWork)
            {
                watchersWakeAllWork.Raise(this);
            }
        }
        """);

    [Fact]
    public Task A_name_that_means_another_type_there_is_written_in_full() => Verify.Fixes(
        """
        using Kern;

        class SelfIpi
        {
            readonly Sleepers watchers = new();

            public void Report()
            {
                [|watchers.WakeAll()|];
            }
        }
        """,
        """
        using Kern;

        class SelfIpi
        {
            readonly Sleepers watchers = new();
            private readonly global::Kern.Soft.SelfIpi<SelfIpi> wakeAllWork = new(static self => self.watchers.WakeAll());

            public void Report()
            {
                wakeAllWork.Raise(this);
            }
        }
        """);

    [Fact]
    public Task Equal_calls_of_a_type_share_a_work_item_and_others_get_their_own() => Verify.FixesAll(
        [
            """
            using System;
            using Kern;

            partial class Monitor
            {
                readonly Sleepers readers = new();
                readonly Sleepers writers = new();

                public void Report()
                {
                    [|readers.WakeAll()|];
                    [|writers.WakeAll()|];
                    [|this.readers.WakeAll()|];
                    [|readers.WakeOne()|];
                }
            }

            class Other
            {
                readonly Sleepers readers = new();

                public void Report() => [|readers.WakeAll()|];
            }
            """,
            """
            partial class Monitor
            {
                public void ReportAgain()
                {
                    [|readers.WakeAll()|];
                    [|Kern.Sleepers.WakeEverybody()|];
                }
            }
            """,
        ],
        [
            """
            using System;
            using Kern;
            using Kern.Soft;

            partial class Monitor
            {
                readonly Sleepers readers = new();
                private readonly SelfIpi<Monitor> wakeAllWork = new(static self => self.readers.WakeAll());
                private readonly SelfIpi<Monitor> wakeOneWork = new(static self => self.readers.WakeOne());
                readonly Sleepers writers = new();
                private readonly SelfIpi<Monitor> writersWakeAllWork = new(static self => self.writers.WakeAll());

                public void Report()
                {
                    wakeAllWork.Raise(this);
                    writersWakeAllWork.Raise(this);
                    wakeAllWork.Raise(this);
                    wakeOneWork.Raise(this);
                }
            }

            class Other
            {
                readonly Sleepers readers = new();
                private readonly SelfIpi<Other> wakeAllWork = new(static self => self.readers.WakeAll());

                public void Report() => wakeAllWork.Raise(this);
            }
            """,
            """
            using Kern.Soft;

            partial class Monitor
            {
                private static readonly SelfIpi wakeEverybodyWork = new(static () => Kern.Sleepers.WakeEverybody());

                public void ReportAgain()
                {
                    wakeAllWork.Raise(this);
                    wakeEverybodyWork.Raise();
                }
            }
            """,
        ],
        FixAllScope.Project);

    [Theory]
    [InlineData("bool woken = [|watchers.WakeOne()|];")]
    [InlineData("if ([|watchers.WakeOne()|]) { }")]
    [InlineData("[|watchers.WakeAll(limit)|];")]
    [InlineData("[|watchers.WakeAll(count)|];")]
    [InlineData("[|given.WakeAll()|];")]
    [InlineData("var local = watchers; [|local.WakeAll()|];")]
    [InlineData("const int Two = 2; [|watchers.WakeAll(Two)|];")]
    [InlineData("[|watchers.WakeAll(Computed)|];")]
    [InlineData("[|Next().WakeAll()|];")]
    [InlineData("[|watchers.WakeAll(count++)|];")]
    [InlineData("System.Func<bool> later = () => [|watchers.WakeOne()|];")]
    public Task Nothing_is_offered_for_what_cannot_be_called_later(string statement) => Verify.OffersNothing(Report(statement));

    [Theory]
    [InlineData("[|watchers.Drain()|];")]
    [InlineData("[|watchers.Wake(true)|];")]
    [InlineData("[|watchers.Wake(Waits)|];")]
    public Task Nothing_is_offered_for_what_is_not_legal_in_an_interrupt_either(string statement) => Verify.OffersNothing(Report(statement));

    [Fact]
    public Task What_its_constant_arguments_make_legal_in_an_interrupt_is_deferred() => Verify.Fixes(
        """
        using Kern;
        using Kern.Soft;

        class Monitor
        {
            readonly Sleepers watchers = new();
            void Report() => [|watchers.Wake(wait: false)|];
        }
        """,
        """
        using Kern;
        using Kern.Soft;

        class Monitor
        {
            readonly Sleepers watchers = new();
            private readonly SelfIpi<Monitor> wakeWork = new(static self => self.watchers.Wake(wait: false));
            void Report() => wakeWork.Raise(this);
        }
        """);

    [Fact]
    public Task Nothing_is_offered_in_a_struct() => Verify.OffersNothing(
        """
        using Kern;

        readonly struct Monitor
        {
            private readonly Sleepers watchers;

            public Monitor(Sleepers watchers) => this.watchers = watchers;

            public void Report()
            {
                [|watchers.WakeAll()|];
            }
        }
        """);

    [Fact]
    public Task Nothing_is_offered_on_a_parameter_of_a_primary_constructor() => Verify.OffersNothing(
        """
        using Kern;

        class Monitor(Sleepers watchers)
        {
            public void Report()
            {
                [|watchers.WakeAll()|];
            }
        }
        """);

    private static string Report(string statement) =>
        $$"""
        using Kern;

        class Monitor
        {
            static readonly bool Waits = true;
            readonly Sleepers watchers = new();
            int count;

            int Computed => count++;

            Sleepers Next() => watchers;

            void Report(int limit, Sleepers given)
            {
                {{statement}}
            }
        }
        """;
}
