namespace IrqSafety.CodeFixes.Tests.Verification;

/// <summary>
/// The operations that the tests' programs call: contracts on a few methods of a kernel of our own. None has a name that the runtime library
/// uses, so that what is fixed is fixed by contract.
/// </summary>
internal static class Kernel
{
    public const string Source = """
        using System;
        using IrqSafety.Contracts;
        using IrqSafety.Rules;

        [assembly: DeclareLockClass("log", LockKind.Spin, UsedIn = Context.Task | Context.HardIrq)]

        namespace Kern
        {
            public enum Status { Fine = 0, Busy = -16 }

            [Flags]
            public enum Wants { Nothing = 0, OneCpu = 1, Late = 2, Together = 4, Polled = 8, OneCpuTogether = OneCpu | Together }

            public readonly struct Line
            {
                public Line(int number) => Number = number;
                public int Number { get; }
                public static Line operator +(Line line, int offset) => new Line(line.Number + offset);
            }

            public delegate Status LineHandler(Line line);

            [LockType(LockKind.Spin)]
            public sealed class Gate
            {
                public Gate([LockClassName] string name = null) { }
            }

            public static class Lines
            {
                [LegalIn(Context.Task), Transition("percpu-line", "request-nmi", Of = "line")]
                public static Status AskUrgent(Line line, [RunsIn(Context.PseudoNmi)] LineHandler handler) => Status.Fine;

                [LegalIn(Context.Task), Transition("percpu-line", "request-irq", Of = "line")]
                public static Status AskPlain(Line line, [RunsIn(Context.HardIrq)] LineHandler handler) => Status.Fine;

                [ForbiddenIn(Context.AnyNmi), Transition("percpu-line", "prepare-nmi", Of = "line", Per = Scope.Cpu)]
                public static Status ReadyUrgent(Line line) => Status.Fine;

                [ForbiddenIn(Context.AnyNmi), Transition("percpu-line", "enable-nmi", Of = "line", Per = Scope.Cpu)]
                public static void OpenUrgent(Line line) { }

                [ForbiddenIn(Context.AnyNmi), Transition("percpu-line", "disable-nmi", Of = "line", Per = Scope.Cpu)]
                public static void ShutUrgent(Line line) { }

                [ForbiddenIn(Context.AnyNmi), Transition("percpu-line", "teardown-nmi", Of = "line", Per = Scope.Cpu)]
                public static void DropUrgent(Line line) { }

                [ForbiddenIn(Context.AnyNmi), Transition("percpu-line", "enable-irq", Of = "line", Per = Scope.Cpu)]
                public static void OpenPlain(Line line) { }

                [ForbiddenIn(Context.AnyNmi), Transition("percpu-line", "disable-irq", Of = "line", Per = Scope.Cpu)]
                public static void ShutPlain(Line line) { }

                [RequiresFlag("wants", Wants.OneCpu), RequiresFlag("wants", Wants.Late), RejectsFlag("wants", Wants.Together), RejectsFlag("wants", Wants.Polled)]
                public static Status AskShared(Line line, Wants wants, LineHandler handler) => Status.Fine;

                [RejectsFlag("wants", Wants.Together)]
                public static Status AskAlone(Line line, Wants wants) => Status.Fine;
            }

            public static class Ctl
            {
                [NmiSafe, FollowedBy("isb", Before = "handle-interrupt")]
                public static Line Ack() => new Line(3);

                [Step("handle-interrupt")]
                public static Status Run(Line line) => Status.Fine;

                [NmiSafe, FollowedBy("distributor-rwp")]
                public static void Off(Line line) { }

                [NmiSafe, Step("distributor-rwp")]
                public static void Settle() { }

                [PrecededBy("dsb"), PrecededBy("lock")]
                public static void Ring(int bell) { }

                [SelfSynchronising("isb")]
                public static void Raise() { }
            }

            public static class Sync
            {
                [NmiSafe, Step("isb")]
                public static void Context() { }

                [NmiSafe, Step("dmb")]
                public static void Order() { }

                [NmiSafe, Step("dsb"), Step("dmb")]
                public static void Complete() { }

                [Step("lock")]
                public static void One() { }

                [Step("lock")]
                public static void Another() { }
            }

            public static class Notify
            {
                public static void AtStart([RunsIn(Context.Task, Within = Section.CpuStarting)] Action up) { }
            }

            public sealed class Sleepers
            {
                [ForbiddenIn(Context.AnyNmi, Because = "takes the runqueue lock")]
                public void WakeAll(int limit = 0) { }

                [ForbiddenIn(Context.AnyNmi, Because = "takes the runqueue lock")]
                public bool WakeOne() => true;

                [MayBlock]
                public void Drain() { }

                [ForbiddenIn(Context.AnyNmi, Because = "takes the runqueue lock")]
                [MayBlock(When = "wait == true")]
                public void Wake(bool wait) { }

                [ForbiddenIn(Context.AnyNmi, Because = "takes the runqueue lock")]
                public static void WakeEverybody() { }
            }

            public static class Log
            {
                [Takes("log"), NmiSafeAlternative(nameof(Later))]
                public static void Now(string text) { }

                [NmiSafe]
                public static void Later(string text) { }

                [Takes("log"), NmiSafeAlternative(nameof(CountLater))]
                public static int Count(string text) => 0;

                [NmiSafe]
                public static void CountLater(string text) { }

                [Takes("log"), NmiSafeAlternative(nameof(NotSafeEither))]
                public static void Unsafe(string text) { }

                public static void NotSafeEither(string text) { }
            }
        }

        namespace Kern.Soft
        {
            [DefersTo(Context.HardIrq)]
            public sealed class SelfIpi
            {
                public SelfIpi([RunsIn(Context.HardIrq)] Action work) { }

                [NmiSafe]
                public bool Raise() => true;

                [ForbiddenIn(Context.AnyNmi)]
                public void Wait() { }
            }

            [DefersTo(Context.HardIrq)]
            public sealed class SelfIpi<T>
                where T : class
            {
                public SelfIpi([RunsIn(Context.HardIrq)] Action<T> work) { }

                [NmiSafe]
                public bool Raise(T owner) => true;
            }

            [DefersTo(Context.Task)]
            public sealed class Worker<T>
                where T : class
            {
                public Worker(Action<T> work) { }

                [NmiSafe]
                public bool Raise(T owner) => true;
            }
        }
        """;
}
