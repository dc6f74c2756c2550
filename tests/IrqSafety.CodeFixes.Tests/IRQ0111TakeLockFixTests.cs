using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0111: Take the lock around it, or declare that the caller holds it. With the rules, so that nothing is found in what is left.</summary>
public sealed class IRQ0111TakeLockFixTests
{
    [Fact]
    public Task A_guard_stands_around_the_statement_and_a_body_that_is_an_expression_becomes_a_block() => Takes(
        """
        class Counter
        {
            private readonly RawSpinLock countLock = new();
            [GuardedBy("countLock")] private int count;

            // How many.
            public int Get() => [|count|];

            public bool IsEmpty => [|count|] == 0;

            public int Half
            {
                get => [|count|] / 2;
                set { [|count|] = value * 2; } // doubled
            }

            public void Raise()
            {
                // One more.
                [|count|]++;
            }

            public void Set(int value) => [|count|] = value;

            public void Clear() { [|count|] = 0; }

            public void Perhaps(bool more)
            {
                if (more)
                    [|count|]++; // one
                else if (!more)
                    Clear();
            }
        }
        """,
        """
        class Counter
        {
            private readonly RawSpinLock countLock = new();
            [GuardedBy("countLock")] private int count;

            // How many.
            public int Get()
            {
                using (countLock.Lock())
                {
                    return count;
                }
            }

            public bool IsEmpty
            {
                get
                {
                    using (countLock.Lock())
                    {
                        return count == 0;
                    }
                }
            }

            public int Half
            {
                get
                {
                    using (countLock.Lock())
                    {
                        return count / 2;
                    }
                }
                set
                {
                    using (countLock.Lock())
                    {
                        count = value * 2;
                    }
                } // doubled
            }

            public void Raise()
            {
                // One more.
                using (countLock.Lock())
                {
                    count++;
                }
            }

            public void Set(int value)
            {
                using (countLock.Lock())
                {
                    count = value;
                }
            }

            public void Clear()
            {
                using (countLock.Lock())
                {
                    count = 0;
                }
            }

            public void Perhaps(bool more)
            {
                if (more)
                    using (countLock.Lock())
                    {
                        count++; // one
                    }
                else if (!more)
                    Clear();
            }
        }
        """);

    [Fact]
    public Task Statements_that_need_the_same_lock_share_a_guard_and_variables_used_later_are_declared_before_it() => Takes(
        """
        class Statistics
        {
            private readonly RawSpinLock statLock = new();
            [GuardedBy("statLock")] private int sum;
            [GuardedBy("statLock")] private int count;
            [GuardedBy("statLock")] private string? name;

            public int Average()
            {
                int total = [|sum|];
                var seen = [|count|];
                return seen == 0 ? 0 : total / seen;
            }

            public void Add(int value)
            {
                Trace();
                [|sum|] += value;

                // One more.
                [|count|]++;
                Trace();
            }

            public string Name()
            {
                var known = [|name|];
                return known ?? "none";
            }

            private static void Trace() { }
        }
        """,
        """
        class Statistics
        {
            private readonly RawSpinLock statLock = new();
            [GuardedBy("statLock")] private int sum;
            [GuardedBy("statLock")] private int count;
            [GuardedBy("statLock")] private string? name;

            public int Average()
            {
                int total;
                int seen;
                using (statLock.Lock())
                {
                    total = sum;
                    seen = count;
                }

                return seen == 0 ? 0 : total / seen;
            }

            public void Add(int value)
            {
                Trace();
                using (statLock.Lock())
                {
                    sum += value;

                    // One more.
                    count++;
                }

                Trace();
            }

            public string Name()
            {
                string? known;
                using (statLock.Lock())
                {
                    known = name;
                }

                return known ?? "none";
            }

            private static void Trace() { }
        }
        """);

    [Fact]
    public Task The_flavour_is_the_one_that_its_other_uses_ask_for() => Takes(
        """
        class Device
        {
            private readonly SpinLock deviceLock = new();
            private readonly SpinLock softLock = new();
            private readonly Mutex sleeping = new();
            private readonly RwLock mapLock = new();
            [GuardedBy("deviceLock")] private readonly Shared<int> events = new(0);
            [GuardedBy("softLock")] private readonly Shared<int> packets = new(0);
            [GuardedBy("sleeping")] private readonly Shared<int> config = new(0);
            [GuardedBy("mapLock")] private readonly Shared<int>[] map = { new(0), new(0) };

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                [|events.Write(1)|];
            }

            public int Take()
            {
                return [|events.Exchange(0)|];
            }

            public void Count()
            {
                using (softLock.LockBh())
                {
                    packets.Write(1);
                }
            }

            public int Packets()
            {
                return [|packets.Read()|];
            }

            public void Configure()
            {
                [|config.Write(2)|];
            }

            public int Look(int i)
            {
                return [|map[i].Read()|];
            }

            public void Map(int i)
            {
                [|map[i].Write(1)|];
            }
        }
        """,
        """
        class Device
        {
            private readonly SpinLock deviceLock = new();
            private readonly SpinLock softLock = new();
            private readonly Mutex sleeping = new();
            private readonly RwLock mapLock = new();
            [GuardedBy("deviceLock")] private readonly Shared<int> events = new(0);
            [GuardedBy("softLock")] private readonly Shared<int> packets = new(0);
            [GuardedBy("sleeping")] private readonly Shared<int> config = new(0);
            [GuardedBy("mapLock")] private readonly Shared<int>[] map = { new(0), new(0) };

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                using (deviceLock.Lock())
                {
                    events.Write(1);
                }
            }

            public int Take()
            {
                using (deviceLock.LockIrqSave())
                {
                    return events.Exchange(0);
                }
            }

            public void Count()
            {
                using (softLock.LockBh())
                {
                    packets.Write(1);
                }
            }

            public int Packets()
            {
                using (softLock.LockBh())
                {
                    return packets.Read();
                }
            }

            public void Configure()
            {
                using (sleeping.Lock())
                {
                    config.Write(2);
                }
            }

            public int Look(int i)
            {
                using (mapLock.LockRead())
                {
                    return map[i].Read();
                }
            }

            public void Map(int i)
            {
                using (mapLock.LockWrite())
                {
                    map[i].Write(1);
                }
            }
        }
        """);

    [Fact]
    public Task The_lock_is_that_of_the_object_whose_data_it_is() => Takes(
        """
        class Registry
        {
            internal static readonly RawSpinLock TableLock = new();
            [GuardedBy("TableLock")] internal static int Entries;
        }

        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();
            [GuardedBy("IrqLock")] public bool Pending;

            public static void Raise(VgicIrq irq)
            {
                [|irq.Pending|] = true;
                if ([|Registry.Entries|] > 3)
                {
                    [|Registry.Entries|] = 0;
                }
            }

            public void Lower(int IrqLock)
            {
                [|Pending|] = IrqLock > 0;
            }
        }
        """,
        """
        class Registry
        {
            internal static readonly RawSpinLock TableLock = new();
            [GuardedBy("TableLock")] internal static int Entries;
        }

        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();
            [GuardedBy("IrqLock")] public bool Pending;

            public static void Raise(VgicIrq irq)
            {
                using (irq.IrqLock.Lock())
                {
                    irq.Pending = true;
                }

                using (Registry.TableLock.Lock())
                {
                    if (Registry.Entries > 3)
                    {
                        Registry.Entries = 0;
                    }
                }
            }

            public void Lower(int IrqLock)
            {
                using (this.IrqLock.Lock())
                {
                    Pending = IrqLock > 0;
                }
            }
        }
        """);

    [Fact]
    public Task No_guard_where_what_stands_there_waits_takes_locks_or_is_not_known() => CodeFixVerifier.NotOffered(
        new IRQ0111TakeLockFix(),
        "IRQ0111",
        [
            Source("""
            class Window
            {
                private readonly RawSpinLock windowLock = new();
                private readonly Mutex sleeping = new();
                private readonly RwLock rwLock = new();
                private readonly Completion done = new();
                [GuardedBy("windowLock")] private int first;
                [GuardedBy("sleeping")] private readonly Shared<int> slow = new(0);
                [GuardedBy("rwLock")] private int rows;
                private System.Func<int> source = () => 1;

                public void Waits()
                {
                    if ([|first|] > 0)
                    {
                        done.Wait();
                    }
                }

                public void Takes()
                {
                    if ([|first|] > 0)
                    {
                        using (sleeping.Lock())
                        {
                            slow.Write(0);
                        }
                    }
                }

                public void Asks()
                {
                    [|first|] = source();
                }

                public void Polls()
                {
                    while ([|first|] == 0)
                    {
                    }
                }

                [RunsIn(Context.HardIrq)]
                private void OnIrq()
                {
                    [|slow.Write(1)|];
                }

                public void Upgrades()
                {
                    rwLock.AcquireRead();
                    [|rows|] = 1;
                    rwLock.ReleaseRead();
                }

                public void OtherObject(Window other)
                {
                    using (windowLock.Lock())
                    {
                        [|other.first|] = first;
                    }
                }

                public int Later()
                {
                    return Find().[|first|];
                }

                private Window Find() => this;

                public void Inside()
                {
                    using (sleeping.Lock())
                    {
                        slow.Write((int)1);
                        [|first|] = 2;
                    }
                }

                public void Sections(int i)
                {
                    switch (i)
                    {
                        case 0:
                            int seen = [|first|];
                            slow.ReadOnce();
                            Use(seen);
                            break;
                    }
                }

                private static void Use(int value) { }
            }
            """.Replace("Find().[|first|]", "[|Find().first|]", System.StringComparison.Ordinal)),
        ],
        TestContext.Current.CancellationToken);

    [Fact]
    public Task No_guard_in_a_helper_that_another_caller_enters_with_the_lock() => CodeFixVerifier.NotOffered(
        new IRQ0111TakeLockFix(),
        "IRQ0111",
        [
            Source("""
            class Helper
            {
                private readonly RawSpinLock helperLock = new();
                [GuardedBy("helperLock")] private int state;

                public void Good()
                {
                    using (helperLock.Lock())
                    {
                        Step();
                    }
                }

                public void Bad() => Step();

                private void Step()
                {
                    [|state|] = 1;
                }
            }
            """),
        ],
        TestContext.Current.CancellationToken,
        "Take the lock around it");

    [Fact]
    public Task A_method_says_that_its_caller_holds_the_lock() => Declares(
        """
        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();
            [GuardedBy("IrqLock")] public bool Pending;

            // Puts it in the list.
            internal static void Raise(VgicIrq irq)
            {
                [|irq.Pending|] = true;
            }

            public void Lower() => [|Pending|] = false;
        }

        class Map
        {
            internal readonly RwLock mapLock = new();
            internal static readonly RawSpinLock s_lock = new();
            [GuardedBy("mapLock")] private int lines;
            [GuardedBy("s_lock")] private static int s_maps;

            [NmiSafe]
            internal int Lines() => [|lines|];

            internal static void Count()
            {
                [|s_maps|]++;
            }
        }
        """,
        """
        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();
            [GuardedBy("IrqLock")] public bool Pending;

            // Puts it in the list.
            [RequiresHeld("irq.IrqLock")]
            internal static void Raise(VgicIrq irq)
            {
                irq.Pending = true;
            }

            [RequiresHeld("this.IrqLock")]
            public void Lower() => Pending = false;
        }

        class Map
        {
            internal readonly RwLock mapLock = new();
            internal static readonly RawSpinLock s_lock = new();
            [GuardedBy("mapLock")] private int lines;
            [GuardedBy("s_lock")] private static int s_maps;

            [NmiSafe]
            [RequiresHeld("this.mapLock", Mode = LockMode.Shared)]
            internal int Lines() => lines;

            [RequiresHeld("Map.s_lock")]
            internal static void Count()
            {
                s_maps++;
            }
        }
        """);

    [Fact]
    public Task Nothing_is_declared_where_callers_cannot_see_the_lock_or_are_not_known() => CodeFixVerifier.NotOffered(
        new IRQ0111TakeLockFix(),
        "IRQ0111",
        [
            Source("""
            interface ICount
            {
                void Raise();
            }

            class Hidden : ICount
            {
                private readonly RawSpinLock hiddenLock = new();
                [GuardedBy("hiddenLock")] private int count;

                public void Public() => [|count|]++;

                public void Raise() => [|count|]++;

                internal void Takes()
                {
                    [|count|]++;
                    hiddenLock.Acquire();
                    count++;
                    hiddenLock.Release();
                }

                [RunsIn(Context.HardIrq)]
                private void OnIrq() => [|count|]++;
            }
            """),
        ],
        TestContext.Current.CancellationToken,
        "Declare that the caller holds the lock");

    private static Task Takes(string source, string @fixed) => CodeFixVerifier.Verify(
        new IRQ0111TakeLockFix(), "IRQ0111", [Source(source)], [Source(@fixed)], "Take the lock around it", TestContext.Current.CancellationToken);

    private static Task Declares(string source, string @fixed) => CodeFixVerifier.Verify(
        new IRQ0111TakeLockFix(), "IRQ0111", [Source(source)], [Source(@fixed)], "Declare that the caller holds the lock", TestContext.Current.CancellationToken);

    private static string Source(string types) =>
        $"""
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        {types}
        """;
}
