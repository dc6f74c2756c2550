using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0181LockOrderMayTests
{
    [Fact]
    public Task Reported_when_something_unknown_may_have_released_the_lock() => Verify.ReportedWith("IRQ0181", [], """
        interface IOwner { void HandOver(RawSpinLock held); }

        class Router(IOwner owner)
        {
            readonly RawSpinLock table = new();
            readonly RawSpinLock entry = new();

            public void Update() { using (table.Lock()) using (entry.Lock()) { } }
            public void Age() { entry.Acquire(); owner.HandOver(entry); using ([|table.Lock()|]) { } }
        }
        """,
        "'Age' takes 'Router.table' while 'Router.entry' may be held, but 'Update' takes 'Router.entry' while 'Router.table' is held. Take them in one order everywhere.");

    [Fact]
    public Task Valid_when_it_was_released_or_the_certain_rule_says_it() => Verify.ReportedWith("IRQ0181", [], """
        class Router
        {
            readonly RawSpinLock table = new();
            readonly RawSpinLock entry = new();

            public void Update() { using (table.Lock()) using (entry.Lock()) { } }
            public void Age() { entry.Acquire(); entry.Release(); using (table.Lock()) { } }
        }

        class Certain
        {
            readonly RawSpinLock a = new();
            readonly RawSpinLock b = new();

            public void One() { using (a.Lock()) using (b.Lock()) { } }
            public void Other() { using (b.Lock()) using ({|IRQ0101:a.Lock()|}) { } }
        }
        """);
}
