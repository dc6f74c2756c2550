using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0005ContractDroppedTests
{
    private const string Id = "IRQ0005";

    [Fact]
    public Task A_contracted_method_as_an_Action() => Verify.Reported(
        Id,
        """
        public sealed class Its
        {
            public RawSpinLock Lock { get; } = new();
            [MayBlock] public void Flush() { }
            [RequiresHeld("this.Lock")] public void Locked() { }

            public Action[] All() =>
            [
                [|Flush|],
                [|Locked|],
                new Action([|Flush|]),
            ];
        }
        """,
        "The contract of 'Its.Flush' is lost where it becomes 'Action': it may sleep, and nobody who calls the delegate is told. Hand it to a parameter or a delegate type that says so, or call it by name.",
        "The contract of 'Its.Locked' is lost where it becomes 'Action': it must be called with 'this.Lock' held, and nobody who calls the delegate is told. Hand it to a parameter or a delegate type that says so, or call it by name.",
        "The contract of 'Its.Flush' is lost where it becomes 'Action': it may sleep, and nobody who calls the delegate is told. Hand it to a parameter or a delegate type that says so, or call it by name.");

    [Fact]
    public Task What_each_caller_needs_to_know() => Verify.Reported(Id, """
        [assembly: DeclareLockClass("chip", LockKind.RawSpin)]

        public static class Chip
        {
            [LegalIn(Context.Task)] private static void Legal() { }
            [ForbiddenIn(Context.AnyNmi)] private static void Forbidden() { }
            [WaitsForCpus] private static void Waits() { }
            [MayAllocate] private static void Allocates() { }
            [RequiresMasked(Mask.Irq)] private static void Masked() { }
            [Takes("chip")] private static void Takes() { }
            [SetsMask(Mask.Irq, true)] private static void Masks() { }
            [Parks] private static void Parks() { }

            public static Action[] All() => [[|Legal|], [|Forbidden|], [|Waits|], [|Allocates|], [|Masked|], [|Takes|], [|Masks|], [|Parks|]];
        }
        """);

    [Fact]
    public Task A_contracted_delegate_and_a_lambda() => Verify.Reported(Id, """
        [MayBlock]
        public delegate void Flush();

        public static class Log
        {
            public static Action Of(Flush flush) => [|flush.Invoke|];
            public static Action Again(Flush flush) => new([|flush|]);
            public static Action Lambda() => [|[MayBlock] () => { }|];
            public static void Add(Flush flush) => Changed += [|flush.Invoke|];
            public static void Remove(Flush flush) => Changed -= flush.Invoke;
            private static event Action? Changed;
            public static void Raise() => Changed?.Invoke();
        }
        """);

    // A place or a type that says something carries the contract; what only promises loses nothing; what ships is no contract of the program.
    [Fact]
    public Task Legal_where_nothing_is_lost() => Verify.Reported(Id, """
        [MayBlock]
        public delegate void Flush();

        public sealed class Log
        {
            [RunsIn(Context.Task)] private Action? _worker;
            [MayBlock] public static void Drain() { }
            [NmiSafe] public static void Poll() { }
            [MayThrow] public static void Check() { }
            [RunsIn(Context.HardIrq)] public static void Handle() { }

            public void Store()
            {
                Flush typed = Drain;
                Run(Drain);
                _worker = Drain;
                Action poll = Poll, check = Check, handle = Handle, plain = Store, calls = () => Drain();
                Action<string> shipped = Console.WriteLine;
                _ = (typed, poll, check, handle, plain, calls, shipped, _worker);
            }

            private static void Run([RunsIn(Context.Task)] Action work) => _ = work;
        }
        """);
}
