using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Constructs;

/// <summary>Loops, jumps, switches and conditions: what a test says about a try form, a flag or a constant holds on the way it leads.</summary>
public sealed class BranchTests
{
    [Fact]
    public Task Reported_in_each_kind_of_loop() => Verify.Reported("IRQ0103", """
        class Loops
        {
            readonly RawSpinLock own = new();

            public void For(int n) { own.Acquire(); for (int i = 0; i < n; i++) { [|own.Acquire()|]; own.Release(); } own.Release(); }
            public void While(bool go) { own.Acquire(); while (go) { [|own.Acquire()|]; own.Release(); } own.Release(); }
            public void Do(bool go) { own.Acquire(); do { [|own.Acquire()|]; own.Release(); } while (go); own.Release(); }
            public void ForEach(int[] all) { own.Acquire(); foreach (int one in all) { [|own.Acquire()|]; own.Release(); } own.Release(); }
            public void Goto(int n) { own.Acquire(); again: if (n-- > 0) { [|own.Acquire()|]; own.Release(); goto again; } own.Release(); }
        }
        """);

    [Fact]
    public Task Valid_loops_that_take_and_release_in_each_round_or_retry() => Verify.Valid("""
        class Rounds
        {
            readonly RawSpinLock own = new();
            volatile bool ready;

            public void Each(int n) { for (int i = 0; i < n; i++) { own.Acquire(); if (i == 3) { own.Release(); continue; } own.Release(); } }
            public void Retry() { while (!own.TryAcquire()) { } own.Release(); }
            public void Poll() { own.Acquire(); while (!ready) { own.Release(); own.Acquire(); } own.Release(); }
            public void Forever() { for (;;) { own.Acquire(); if (ready) { own.Release(); return; } own.Release(); } }
            public void Out(int n) { own.Acquire(); if (n < 0) { goto done; } n++; done: own.Release(); }
        }
        """);

    [Fact]
    public Task Reported_in_switches() => Verify.Reported("IRQ0104", """
        class Switches
        {
            readonly RawSpinLock own = new();

            public void Statement(int n)
            {
                [|own.Acquire()|];
                switch (n)
                {
                    case 0: own.Release(); break;
                    case > 10: own.Release(); break;
                    case 3: return;
                    default: own.Release(); break;
                }
            }

            public int Expression(int n)
            {
                [|own.Acquire()|];
                return n switch { 0 => Released(0), 1 => 1, _ => Released(n) };
            }

            int Released(int n) { own.Release(); return n; }
        }
        """);

    [Fact]
    public Task Valid_switches_of_which_each_arm_releases_or_that_ask_the_same_twice() => Verify.Valid("""
        class Arms
        {
            readonly RawSpinLock own = new();
            enum Mode { None, Shared, Own }

            void Both(Mode mode)
            {
                switch (mode) { case Mode.Shared: case Mode.Own: own.Acquire(); break; }
                switch (mode) { case Mode.Own: own.Release(); break; case Mode.Shared: own.Release(); break; }
            }

            public void Run() { Both(Mode.Own); }

            public int Each(object o)
            {
                own.Acquire();
                int result = o switch { int i when i > 3 => i, string { Length: > 2 } s => s.Length, _ => 0 };
                own.Release();
                return result;
            }

            public void Jump(int n)
            {
                own.Acquire();
                switch (n) { case 0: goto case 1; case 1: own.Release(); break; default: goto case 0; }
            }
        }
        """);

    [Fact]
    public Task Valid_tests_of_a_try_form_in_every_form() => Verify.Valid("""
        class Tries
        {
            readonly RawSpinLock own = new();
            readonly RawSpinLock other = new();

            public void If() { if (own.TryAcquire()) { own.Release(); } }
            public void Not() { if (!own.TryAcquire()) { return; } own.Release(); }
            public void Variable() { bool got = own.TryAcquire(); if (got) { own.Release(); } }
            public void Compared() { if (own.TryAcquire() == false) { return; } own.Release(); }
            public void Is() { if (own.TryAcquire() is true) { own.Release(); } }
            public void And(bool wanted) { if (wanted && own.TryAcquire()) { own.Release(); } }
            public void Or(bool skip) { if (skip || !own.TryAcquire()) { return; } own.Release(); }
            public void Conditional(bool wanted) { bool got = wanted ? own.TryAcquire() : false; if (got) { own.Release(); } }
            public void Two() { if (own.TryAcquire() && other.TryAcquire()) { other.Release(); own.Release(); } else { } }
            public bool Returned() { bool got = own.TryAcquire(); if (!got) { return false; } own.Release(); return true; }
            public void Switched() { switch (own.TryAcquire()) { case true: own.Release(); break; case false: break; } }
        }
        """.Replace("if (own.TryAcquire() && other.TryAcquire()) { other.Release(); own.Release(); } else { }", "if (own.TryAcquire()) { if (other.TryAcquire()) { other.Release(); } own.Release(); }"));

    [Fact]
    public Task Reported_when_the_second_attempt_of_a_pair_fails() => Verify.Reported("IRQ0104", """
        class Pair
        {
            readonly RawSpinLock first = new();
            readonly RawSpinLock second = new();

            public bool Take()
            {
                if ([|first.TryAcquire()|] && second.TryAcquire())
                {
                    second.Release();
                    first.Release();
                    return true;
                }

                return false;
            }
        }
        """);

    [Fact]
    public Task Valid_the_same_flag_takes_and_releases_whatever_it_is() => Verify.Valid("""
        class Flags(bool threaded)
        {
            readonly RawSpinLock own = new();
            readonly bool shared = Environment.ProcessorCount > 1;

            public void Parameter(bool locked) { if (!locked) { own.Acquire(); } if (!locked) { own.Release(); } }
            public void Local(int n) { bool mine = n > 3; if (mine) { own.Acquire(); } Work(); if (mine) { own.Release(); } }
            public void ReadOnly() { if (shared) { own.Acquire(); } Work(); if (shared) { own.Release(); } }
            public void Captured() { if (threaded) { own.Acquire(); } Work(); if (threaded) { own.Release(); } }
            public void Nullable(object? o) { if (o is not null) { own.Acquire(); } Work(); if (o != null) { own.Release(); } }
            public void Done(int n) { bool held = false; if (n > 0) { own.Acquire(); held = true; } Work(); if (held) { own.Release(); } }
            static void Work() => Environment.ProcessorCount.ToString();
        }
        """);

    [Fact]
    public Task Reported_when_the_flag_changes_in_between() => Verify.Reported("IRQ0104", """
        class Changing
        {
            readonly RawSpinLock own = new();

            public void Run(bool locked)
            {
                if (!locked) { [|own.Acquire()|]; }
                locked = true;
                if (!locked) { own.Release(); }
            }
        }
        """);

}
