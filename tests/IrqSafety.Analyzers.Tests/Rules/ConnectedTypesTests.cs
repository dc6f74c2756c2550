using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>Types of which none names the other, and about which the whole compilation still says more than each of them.</summary>
public sealed class ConnectedTypesTests
{
    [Fact]
    public Task Locks_of_one_alias_connect_types() => Verify.Reported("IRQ0151", """
        [assembly: DeclareLockClass("map", LockKind.RawSpin)]
        [assembly: DeclareLockClass("table", LockKind.RawSpin)]

        class Mapper
        {
            [LockClass(Alias = "map")] private readonly RawSpinLock map = new("map");
            [LockClass(Alias = "table")] private readonly RawSpinLock table = new("table");

            public void Map()
            {
                map.Acquire();
                table.Acquire();
                table.Release();
                map.Release();
            }
        }

        class Walker
        {
            [LockClass(Alias = "map")] private readonly RawSpinLock map = new("map");
            [LockClass(Alias = "table")] private readonly RawSpinLock table = new("table");

            public void Walk()
            {
                table.Acquire();
                [|map.Acquire()|];
                map.Release();
                table.Release();
            }
        }
        """);

    [Fact]
    public Task A_lock_that_an_operation_takes_within_connects_types_when_one_of_them_holds_it() => Verify.Reported("IRQ0258", """
        [assembly: DeclareLockClass("log", LockKind.RawSpin)]

        static class Log
        {
            [Takes("log")] public static extern void Write();
        }

        class Pmu
        {
            [RunsIn(Context.PseudoNmi)]
            private void Handle() => [|Log.Write()|];
        }

        class Console
        {
            [LockClass(Alias = "log")] private readonly RawSpinLock gate = new("log");

            [RunsIn(Context.Task)]
            private void Flush()
            {
                gate.Acquire();
                gate.Release();
            }
        }
        """);

    [Fact]
    public Task A_lock_that_an_operation_takes_within_connects_types_when_one_of_them_runs_in_nmi() => Verify.Reported("IRQ0258", """
        [assembly: DeclareLockClass("log", LockKind.RawSpin)]

        static class Log
        {
            [Takes("log")] public static extern void Write();
        }

        class Pmu
        {
            [RunsIn(Context.PseudoNmi)]
            private void Handle() => [|Log.Write()|];
        }

        class Shell
        {
            [RunsIn(Context.Task)]
            private void Run() => Log.Write();
        }
        """);

    [Fact]
    public Task A_handler_handed_out_by_another_type_connects_types() => Verify.Reported("IRQ0252", """
        class Pmu
        {
            public void Open(Device device) => Irq.RequestPercpuNmi(new IntId(23), {|IRQ0002:device.Handle|}, "pmu");
        }

        class Device
        {
            private readonly WaitQueue done = new();

            internal IrqReturn Handle(IntId irq)
            {
                [|done.WakeUp()|];
                return IrqReturn.Handled;
            }
        }
        """);
}
