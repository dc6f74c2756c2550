namespace IrqSafety.Analyzers.Tests;

/// <summary>A project that references nothing of ours: it declares its own copies of the attributes, numbered as it likes, and its own kernel.</summary>
internal static class OwnPrimitives
{
    /// <summary>Prepended to test code.</summary>
    public const string Source = """
        using System;
        using IrqSafety.Contracts;
        using Own;

        namespace IrqSafety.Contracts
        {
            [Flags] internal enum Context { None = 0, PseudoNmi = 1, HardIrq = 2, Task = 4, SoftIrq = 8, AnyNmi = PseudoNmi, Any = 15 }
            [Flags] internal enum Mask { None = 0, Daif = 1, Irq = 2, Preemption = 4 }
            internal enum LockKind { Mutex, RawSpin, Spin }
            internal sealed class RunsInAttribute(Context contexts) : Attribute { public Context Contexts => contexts; }
            internal sealed class ForbiddenInAttribute(Context contexts) : Attribute { public Context Contexts => contexts; public string? Because { get; set; } }
            internal sealed class LegalInAttribute(Context contexts) : Attribute { public Context Contexts => contexts; public string? When { get; set; } }
            internal sealed class NmiSafeAttribute : Attribute { }
            internal sealed class MayBlockAttribute : Attribute { public string? When { get; set; } }
            internal sealed class ParksAttribute : Attribute { }
            internal sealed class WaitsForCpusAttribute : Attribute { }
            internal sealed class LockTypeAttribute(LockKind kind) : Attribute { public LockKind Kind => kind; }
            internal sealed class AcquiresAttribute(string name) : Attribute { public string Lock => name; }
            internal sealed class ReleasesAttribute(string name) : Attribute { public string Lock => name; }
            internal sealed class TryAcquiresAttribute(string name) : Attribute { public string Lock => name; public bool On { get; set; } = true; }
            [AttributeUsage(AttributeTargets.ReturnValue)] internal sealed class GuardAttribute : Attribute { public string? Holds { get; set; } public Mask Restores { get; set; } }
            internal sealed class DisposesAttribute : Attribute { }
            internal sealed class GuardedByAttribute(string name) : Attribute { public string Lock => name; }
            internal sealed class RequiresHeldAttribute(string name) : Attribute { public string Lock => name; }
            [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)] internal sealed class SetsMaskAttribute(Mask mask, bool masked) : Attribute { public Mask Mask => mask; public bool Masked => masked; }
            internal sealed class SavesMaskAttribute(Mask mask) : Attribute { public Mask Mask => mask; }
            internal sealed class RestoresMaskAttribute(Mask mask) : Attribute { public Mask Mask => mask; public string? From { get; set; } }
            [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)] internal sealed class TransitionAttribute(string protocol, string e) : Attribute { public string Protocol => protocol; public string Event => e; public string? Of { get; set; } public string? When { get; set; } }
        }

        namespace Own
        {
            internal enum Result { Success, Failure }

            [LockType(LockKind.RawSpin)]
            internal sealed class TicketLock
            {
                [Acquires("this")] public void Enter() { }
                [Releases("this")] public void Exit() { }
                [TryAcquires("this")] public bool TryEnter() => true;
                [Acquires("this")] [SetsMask(Mask.Irq, true)] [return: Guard(Holds = "this", Restores = Mask.Irq)] public Held EnterMasked() => default;
            }

            [LockType(LockKind.Mutex)]
            internal sealed class SleepLock
            {
                [Acquires("this")] [MayBlock] public void Enter() { }
                [Releases("this")] public void Exit() { }
            }

            internal ref struct Held { [Disposes] public void Dispose() { } }

            internal static class Kernel
            {
                [MayBlock] public static void Sleep() { }
                [ForbiddenIn(Context.PseudoNmi, Because = "touches the scheduler")] public static void Wake() { }
                [SavesMask(Mask.Irq)] [SetsMask(Mask.Irq, true)] public static int Save() => 0;
                [RestoresMask(Mask.Irq, From = "flags")] public static void Restore(int flags) { }
                [SetsMask(Mask.Daif, true)] public static void MaskAll() { }
                [SetsMask(Mask.Daif, false)] public static void UnmaskAll() { }
                [SetsMask(Mask.Preemption, true)] public static void PreemptOff() { }
                [SetsMask(Mask.Preemption, false)] public static void PreemptOn() { }
                [WaitsForCpus] public static void CallAll() { }
                [Parks] public static void Park() { }
                public static void Attach([RunsIn(Context.PseudoNmi)] Action handler) { }
                public static void AttachIrq([RunsIn(Context.HardIrq)] Action handler) { }
                [Transition("percpu-line", "request-nmi", Of = "line")] public static Result Ask(int line) => Result.Success;
                [Transition("percpu-line", "prepare-nmi", Of = "line")] public static void Ready(int line) { }
                [Transition("percpu-line", "enable-nmi", Of = "line")] public static void On(int line) { }
                [Transition("percpu-line", "disable-nmi", Of = "line")] public static void Off(int line) { }
                [Transition("percpu-line", "enable-irq", Of = "line")] public static void OnIrq(int line) { }
            }
        }

        """;
}
