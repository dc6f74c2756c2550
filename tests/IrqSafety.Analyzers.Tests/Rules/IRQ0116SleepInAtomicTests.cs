using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0116SleepInAtomicTests
{
    [Fact]
    public Task Reported_in_an_interrupt() => Verify.Reported("IRQ0116", """
        class Driver
        {
            readonly WaitQueue queue = new();
            [RunsIn(Context.HardIrq)] void Handle() => [|queue.Wait(() => true)|];
        }
        """,
        "'WaitQueue.Wait' may sleep, but runs in an interrupt. Move it to task context, or defer it to a work queue.");

    [Fact]
    public Task Reported_with_interrupts_masked() => Verify.Reported("IRQ0116", """
        class Driver
        {
            readonly WaitQueue queue = new();

            public void Run()
            {
                IrqFlags flags = LocalIrq.Save();
                [|queue.Wait(() => true)|];
                LocalIrq.Restore(flags);
                queue.Wait(() => true);
            }
        }
        """,
        "'WaitQueue.Wait' may sleep, but runs in a region with interrupts masked. Move it to task context, or defer it to a work queue.");

    [Fact]
    public Task Reported_under_a_spinning_lock_in_a_helper() => Verify.Reported("IRQ0116", """
        class Driver
        {
            readonly RawSpinLock stateLock = new();
            readonly WaitQueue queue = new();

            public void Run()
            {
                using (stateLock.Lock())
                {
                    Helper();
                }
            }

            void Helper() => [|queue.Wait(() => true)|];
        }
        """,
        "'WaitQueue.Wait' may sleep, but runs in a region with preemption off, reached via Run → Helper. Move it to task context, or defer it to a work queue.");

    [Fact]
    public Task Reported_only_when_the_argument_says_so() => Verify.Reported("IRQ0116", """
        class Driver
        {
            [RunsIn(Context.HardIrq)]
            void Handle(bool unknown)
            {
                [|Slab.Allocate(8, mayWait: true)|];
                Slab.Allocate(8, mayWait: false);
                Slab.Allocate(8, unknown);
            }
        }
        """);

    [Fact]
    public Task Reported_with_own_primitives_on_one_branch() => Verify.WithOwnContracts("IRQ0116", """
        class Driver
        {
            readonly TicketLock ticket = new();

            public void Run(bool fast)
            {
                if (fast)
                {
                    ticket.Enter();
                }

                [|Kernel.Sleep()|];

                if (fast)
                {
                    ticket.Exit();
                }

                Kernel.Sleep();
            }
        }
        """);

    [Fact]
    public Task Valid_in_a_task_after_the_region() => Verify.WithOwnContracts("", """
        class Driver
        {
            readonly TicketLock ticket = new();

            public void Run(int n)
            {
                Kernel.Sleep();
                for (int i = 0; i < n; i++)
                {
                    using (ticket.EnterMasked())
                    {
                        if (i == 3)
                        {
                            continue;
                        }

                        if (i == 4)
                        {
                            return;
                        }
                    }

                    Kernel.Sleep();
                }

                Kernel.PreemptOff();
                Kernel.PreemptOff();
                Kernel.PreemptOn();
                Kernel.PreemptOn();
                Kernel.Sleep();

                int outer = Kernel.Save();
                int inner = Kernel.Save();
                Kernel.Restore(inner);
                Kernel.Restore(outer);
            }

            public void Try()
            {
                if (!ticket.TryEnter())
                {
                    Kernel.Sleep();
                    return;
                }

                try
                {
                }
                finally
                {
                    ticket.Exit();
                }

                Kernel.Sleep();
            }
        }
        """);

    [Fact]
    public Task Reported_in_a_nested_region_after_the_inner_one_ended() => Verify.WithOwnContracts("IRQ0116", """
        class Driver
        {
            public void Run()
            {
                int outer = Kernel.Save();
                int inner = Kernel.Save();
                Kernel.Restore(inner);
                [|Kernel.Sleep()|];
                Kernel.Restore(outer);
            }

            public void Nested()
            {
                Kernel.PreemptOff();
                Kernel.PreemptOff();
                Kernel.PreemptOn();
                [|Kernel.Sleep()|];
                Kernel.PreemptOn();
            }
        }
        """);

    [Fact]
    public Task Reported_when_a_helper_leaves_the_lock_held() => Verify.WithOwnContracts("IRQ0116", """
        class Driver
        {
            readonly TicketLock ticket = new();

            public void Run()
            {
                Begin();
                [|Kernel.Sleep()|];
                End();
                Kernel.Sleep();
            }

            void Begin() => ticket.Enter();
            void End() => ticket.Exit();
        }
        """);

    // The mutex waits where the call must not sleep: that is the call's finding, not one more about the kind of the lock.
    [Fact]
    public Task Reported_once_at_a_call_that_says_it_sleeps() => Verify.Reported("IRQ0116", """
        class Driver
        {
            private readonly RawSpinLock notifyLock = new();
            private readonly Mutex deviceLock = new();

            public void Notify()
            {
                using (notifyLock.LockIrqSave())
                {
                    [|Handle()|];
                }
            }

            [MayBlock]
            private void Handle()
            {
                using (deviceLock.Lock())
                {
                }
            }
        }
        """);
}
