using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Constructs;

/// <summary>
/// A local function is followed where it is called. A lambda is a body of its own: it runs where its contract or its registration says, and where
/// nothing says, only what it arranges itself counts. An iterator or async method runs when somebody asks it to, not where it is called.
/// </summary>
public sealed class FunctionTests
{
    [Fact]
    public Task Reported_through_a_local_function_that_is_called() => Verify.Reported("IRQ0103", """
        class Local
        {
            readonly RawSpinLock own = new();

            public void Run()
            {
                own.Acquire();
                Inner();
                own.Release();
                void Inner() { [|own.Acquire()|]; own.Release(); }
            }

            public void Static()
            {
                using (own.Lock()) { Inner(own); }
                static void Inner(RawSpinLock given) { using ([|given.Lock()|]) { } }
            }
        }
        """);

    [Fact]
    public Task Valid_a_local_function_that_takes_for_its_caller_or_is_called_without() => Verify.Valid("""
        class Local
        {
            readonly RawSpinLock own = new();

            public void Run()
            {
                Take();
                Give();
                void Take() => own.Acquire();
                void Give() => own.Release();
            }

            public void Before() { Inner(); own.Acquire(); own.Release(); void Inner() { own.Acquire(); own.Release(); } }
        }
        """);

    [Fact]
    public Task A_lambda_does_not_run_where_it_is_written() => Verify.Valid("""
        class Stored
        {
            readonly RawSpinLock own = new();
            Action? later;

            public void Store() { using (own.Lock()) { later = () => { own.Acquire(); own.Release(); }; } }
            public void Reference() { using (own.Lock()) { later = Body; } }
            public void Run() => later?.Invoke();
            void Body() { own.Acquire(); own.Release(); }
        }
        """);

    [Fact]
    public Task Reported_in_a_lambda_by_what_it_does_itself() => Verify.Reported("IRQ0103", """
        class Own
        {
            readonly RawSpinLock own = new();
            Action? later;

            public void Store() => later = () => { own.Acquire(); [|own.Acquire()|]; own.Release(); own.Release(); };
        }
        """);

    [Fact]
    public Task Reported_in_a_lambda_that_is_registered() => Verify.WithOwnContracts("IRQ0201", """
        class Registered
        {
            readonly SleepLock own = new();
            public void Open() => Kernel.Attach(() => { [|own.Enter()|]; own.Exit(); });
        }
        """);

    [Fact]
    public Task An_iterator_and_an_async_method_do_not_run_where_they_are_called() => Verify.Valid("""
        using System.Collections.Generic;
        using System.Threading.Tasks;

        class Deferred
        {
            readonly RawSpinLock own = new();

            public void Make() { using (own.Lock()) { IEnumerable<int> items = Items(); Task task = Later(); } }
            IEnumerable<int> Items() { own.Acquire(); own.Release(); yield return 1; }
            async Task Later() { await Task.Yield(); own.Acquire(); own.Release(); }
        }
        """);

    [Fact]
    public Task Reported_in_an_iterator_and_an_async_method_by_what_they_do_themselves() => Verify.Reported("IRQ0103", """
        using System.Collections.Generic;
        using System.Threading.Tasks;

        class Deferred
        {
            readonly RawSpinLock own = new();

            public IEnumerable<int> Items() { own.Acquire(); [|own.Acquire()|]; own.Release(); own.Release(); yield return 1; }
            public async Task Later() { await Task.Yield(); own.Acquire(); [|own.Acquire()|]; own.Release(); own.Release(); }
        }
        """);

    [Fact]
    public Task Mutually_recursive_methods_settle_whichever_comes_first() => Verify.Reported("IRQ0103", """
        class Mutual
        {
            readonly RawSpinLock own = new();

            public void Run() { Even(4); [|own.Acquire()|]; own.Release(); own.Release(); }

            void Even(int n) { if (n == 0) { own.Acquire(); return; } Odd(n - 1); }
            void Odd(int n) { if (n == 0) { own.Acquire(); return; } Even(n - 1); }
        }
        """);

    [Fact]
    public Task Valid_mutually_recursive_methods_that_change_nothing() => Verify.Valid("""
        class Walk
        {
            readonly RawSpinLock own = new();

            public void Run() { Even(4); own.Acquire(); own.Release(); Tree(3); }
            void Even(int n) { own.Acquire(); own.Release(); if (n > 0) { Odd(n - 1); } }
            void Odd(int n) { if (n > 0) { Even(n - 1); } }
            int Tree(int n) => n == 0 ? 1 : Tree(n - 1) + Tree(n - 1);
        }
        """);
}
