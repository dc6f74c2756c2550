using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0184LockNotReleasedMayTests
{
    [Fact]
    public Task Reported_when_one_unknown_method_would_have_to_contradict_itself() => Verify.ReportedWith("IRQ0184", [], """
        interface IPolicy { bool Needs(); }

        class Asked(IPolicy policy)
        {
            readonly RawSpinLock own = new();

            public void Run()
            {
                if (policy.Needs()) { [|own.Acquire()|]; }
                if (policy.Needs()) { own.Release(); }
            }

            public void Once()
            {
                bool needs = policy.Needs();
                if (needs) { own.Acquire(); }
                if (needs) { own.Release(); }
            }
        }
        """);

    [Fact]
    public Task Reported_with_all_exceptions_a_call_without_a_contract_may_leave_the_lock_held() => Verify.ReportedWith("IRQ0184", ["irqsafety.exceptions = all"], """
        class Anything
        {
            readonly RawSpinLock own = new();

            public void Open(string text)
            {
                [|own.Acquire()|];
                int.Parse(text);
                own.Release();
            }

            public void Closed(string text)
            {
                int.Parse(text);
                using (own.Lock())
                {
                    int.Parse(text);
                }
            }
        }
        """,
        "'Open' may return through an exception with 'Anything.own' held. Release it before each return, take it with a guard in a using, or declare [Acquires].");

    [Fact]
    public Task Valid_with_declared_exceptions() => Verify.ReportedWith("IRQ0184", [], """
        class Anything
        {
            readonly RawSpinLock own = new();
            public void Open(string text) { own.Acquire(); int.Parse(text); own.Release(); }
        }
        """);

    [Fact]
    public Task Reported_when_the_lock_was_handed_to_something_unknown() => Verify.ReportedWith("IRQ0184", [], """
        interface IOwner { void HandOver(RawSpinLock held); }
        class Giver(IOwner owner) { readonly RawSpinLock own = new(); public void Give() { [|own.Acquire()|]; owner.HandOver(own); } }
        """);

    [Fact]
    public Task Valid_when_the_lock_was_handed_on_and_nothing_asks_for_what_may_be() => Verify.Valid("""
        interface IOwner { void HandOver(RawSpinLock held); }
        class Giver(IOwner owner) { readonly RawSpinLock own = new(); public void Give() { own.Acquire(); owner.HandOver(own); } }
        """);
}
