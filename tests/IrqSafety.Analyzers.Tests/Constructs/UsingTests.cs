using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Constructs;

/// <summary><c>using</c> ends its guard wherever its scope is left: as a statement, a declaration, of an expression, and hand-written.</summary>
public sealed class UsingTests
{
    [Fact]
    public Task Reported_within_each_form() => Verify.Reported("IRQ0103", """
        class Forms
        {
            readonly RawSpinLock own = new();

            public void Statement() { using (LockGuard held = own.Lock()) { [|own.Acquire()|]; own.Release(); } }
            public void Expression() { using (own.Lock()) { [|own.Acquire()|]; own.Release(); } }
            public void Declaration() { using LockGuard held = own.Lock(); [|own.Acquire()|]; own.Release(); }
            public void Nested(int n) { using (own.Lock()) { if (n > 0) { while (n-- > 0) { [|own.Acquire()|]; own.Release(); } } } }
        }
        """);

    [Fact]
    public Task Valid_after_each_form_and_on_each_way_out() => Verify.Valid("""
        class Ended
        {
            readonly RawSpinLock own = new();

            public void Statement() { using (LockGuard held = own.Lock()) { } Again(); }
            public void Expression() { using (own.Lock()) { } Again(); }
            public void Declaration(int n) { { using LockGuard held = own.Lock(); if (n > 3) { return; } } Again(); }
            public void Loop(int n) { for (int i = 0; i < n; i++) { using (own.Lock()) { if (i == 3) { continue; } if (i == 4) { break; } } Again(); } }
            public void Jump(int n) { retry: using (own.Lock()) { if (n-- > 0) { goto retry; } } Again(); }
            public int Value() { using (own.Lock()) { return 1; } }
            void Again() { own.Acquire(); own.Release(); }
        }
        """);

    [Fact]
    public Task A_guard_ended_by_hand_is_ended_and_is_not_ended_again() => Verify.Reported("IRQ0104", """
        class ByHand
        {
            readonly RawSpinLock own = new();

            public void Ended() { LockGuard held = own.Lock(); try { } finally { held.Dispose(); } }
            public void Twice() { using LockGuard {|IRQ0105:held = own.Lock()|}; held.Dispose(); }
            public void Copied() { LockGuard held = own.Lock(); LockGuard other = held; other.Dispose(); }
            public void Inert() { LockGuard held = default; held.Dispose(); }
            public void Forgotten(bool early) { LockGuard held = [|own.Lock()|]; if (early) { return; } held.Dispose(); }
        }
        """);
}
