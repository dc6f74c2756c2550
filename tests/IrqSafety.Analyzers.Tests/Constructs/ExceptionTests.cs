using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Constructs;

/// <summary>
/// An exception is a BUG() that ends the machine, unless a <c>throw</c> or something that may throw says where it comes from; a <c>finally</c> runs
/// on each way out; a <c>catch</c> is entered with what holds throughout its <c>try</c>.
/// </summary>
public sealed class ExceptionTests
{
    [Fact]
    public Task Finally_runs_on_each_way_out() => Verify.Valid("""
        class Each
        {
            readonly RawSpinLock own = new();

            public int Leave(int n)
            {
                for (int i = 0; i < n; i++)
                {
                    own.Acquire();
                    try
                    {
                        if (i == 1) { continue; }
                        if (i == 2) { break; }
                        if (i == 3) { return i; }
                        if (i == 4) { throw new InvalidOperationException(); }
                    }
                    finally
                    {
                        own.Release();
                    }
                }

                own.Acquire();
                own.Release();
                return 0;
            }
        }
        """);

    // Its exception leaves the lambda, whatever stands round the place where that is written.
    [Fact]
    public Task A_lambda_that_throws_within_the_try_of_another_body() => Verify.Valid("""
        class Outside
        {
            readonly RawSpinLock own = new();
            readonly RawSpinLock inner = new();

            public void Run(int n)
            {
                own.Acquire();
                try
                {
                    Each(i =>
                    {
                        if (i > n) { throw new InvalidOperationException(); }
                        using (inner.Lock()) { }
                    });
                }
                finally
                {
                    own.Release();
                }
            }

            static void Each(Action<int> action) => action(1);
        }
        """);

    [Fact]
    public Task Reported_a_finally_that_releases_what_the_throw_released_before() => Verify.Reported("IRQ0105", """
        class Twice
        {
            readonly RawSpinLock own = new();

            public void Run(bool bad)
            {
                own.Acquire();
                try
                {
                    if (bad)
                    {
                        own.Release();
                        throw new InvalidOperationException();
                    }
                }
                finally
                {
                    [|own.Release()|];
                }
            }
        }
        """);

    [Fact]
    public Task Reported_a_catch_that_a_throw_reaches_with_the_lock_held() => Verify.Reported("IRQ0104", """
        class Caught
        {
            readonly RawSpinLock own = new();

            public bool Run(bool bad)
            {
                try
                {
                    [|own.Acquire()|];
                    if (bad)
                    {
                        throw new InvalidOperationException();
                    }

                    own.Release();
                }
                catch (InvalidOperationException)
                {
                    return false;
                }

                return true;
            }
        }
        """);

    [Fact]
    public Task Valid_a_catch_that_releases_or_that_the_exception_does_not_reach() => Verify.Valid("""
        class Handled
        {
            readonly RawSpinLock own = new();

            public bool Released(bool bad)
            {
                own.Acquire();
                try
                {
                    if (bad)
                    {
                        throw new InvalidOperationException();
                    }
                }
                catch (InvalidOperationException)
                {
                    own.Release();
                    return false;
                }

                own.Release();
                return true;
            }

            public bool Other(bool bad)
            {
                try
                {
                    own.Acquire();
                    if (bad)
                    {
                        throw new InvalidOperationException();
                    }

                    own.Release();
                }
                catch (FormatException)
                {
                    return false;
                }

                return true;
            }

            public void Bug(bool bad)
            {
                own.Acquire();
                if (bad)
                {
                    throw new InvalidOperationException("a BUG() ends the machine");
                }

                own.Release();
            }
        }
        """);

    [Fact]
    public Task Reported_what_a_private_callee_that_throws_leaves_held() => Verify.Reported("IRQ0104", """
        class Helper
        {
            readonly RawSpinLock own = new();

            public bool Run(int n)
            {
                try
                {
                    [|Step(n)|];
                }
                catch (InvalidOperationException)
                {
                    return false;
                }

                return true;
            }

            void Step(int n)
            {
                own.Acquire();
                if (n < 0)
                {
                    throw new InvalidOperationException();
                }

                own.Release();
            }
        }
        """);

    [Fact]
    public Task Reported_a_leak_through_the_exception_that_a_method_declares() => Verify.Reported("IRQ0104", """
        class Declared
        {
            readonly RawSpinLock own = new();

            [MayThrow]
            public void Run(bool bad)
            {
                [|own.Acquire()|];
                Check(bad);
                own.Release();
            }

            [MayThrow]
            public void Guarded(bool bad)
            {
                using (own.Lock())
                {
                    Check(bad);
                }
            }

            [MayThrow]
            static void Check(bool bad)
            {
                if (bad)
                {
                    throw new InvalidOperationException();
                }
            }
        }
        """,
        "'Run' returns through an exception with 'Declared.own' held. Release it before each return, take it with a guard in a using, or declare [Acquires].");

    [Fact]
    public Task A_catch_that_nothing_known_reaches_knows_what_holds_throughout_its_try() => Verify.Reported("IRQ0103", """
        class Throughout
        {
            readonly RawSpinLock own = new();

            public void Run(string text)
            {
                own.Acquire();
                try { int.Parse(text); } catch (FormatException e) when (e.Message.Length > 0) { [|own.Acquire()|]; own.Release(); }
                own.Release();
            }

            public void Unknown(string text)
            {
                try
                {
                    own.Acquire();
                    int.Parse(text);
                    own.Release();
                }
                catch (FormatException)
                {
                    own.Acquire();
                    own.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Rethrow_leaves_through_the_outer_finally() => Verify.Valid("""
        class Rethrown
        {
            readonly RawSpinLock own = new();
            int failures;

            public void Run(bool bad)
            {
                own.Acquire();
                try
                {
                    try { if (bad) { throw new InvalidOperationException(); } }
                    catch { failures++; throw; }
                }
                finally
                {
                    own.Release();
                }
            }
        }
        """);

}
