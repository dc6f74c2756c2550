using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0109ReaderTakesAgainTests
{
    [Fact]
    public Task Reported_for_an_upgrade() => Verify.Reported("IRQ0109", """
        class Table
        {
            private readonly RwLock tableLock = new();

            public void Insert()
            {
                tableLock.AcquireReadRecursive();
                [|tableLock.AcquireWrite()|];
                tableLock.ReleaseWrite();
                tableLock.ReleaseRead();
            }
        }
        """,
        "'RwLock.AcquireWrite' waits for 'Table.tableLock', which 'Insert' already holds as a reader: it waits for a writer that waits for the first reader. Read once, or take it in the end mode from the start.");

    [Fact]
    public Task Reported_for_a_queued_reader_inside_a_reader() => Verify.Reported("IRQ0109", """
        class Table
        {
            private readonly RwSemaphore tableLock = new();
            private readonly RwLock rowLock = new();

            public void Walk()
            {
                using (tableLock.LockRead())
                {
                    Count();
                }

                rowLock.AcquireRead();
                [|rowLock.AcquireRead()|];
                rowLock.ReleaseRead();
                rowLock.ReleaseRead();
            }

            private void Count()
            {
                using ([|tableLock.LockRead()|])
                {
                }
            }
        }
        """);

    [Fact]
    public Task Reported_for_the_hotplug_lock_inside_itself() => Verify.Reported("IRQ0109", """
        class Policy
        {
            public void Update()
            {
                using (CpusLock.LockRead())
                {
                    [|CpusLock.AcquireRead()|];
                    CpusLock.ReleaseRead();
                }
            }
        }
        """);

    [Fact]
    public Task Reported_for_waiting_for_the_readers_from_inside() => Verify.Reported("IRQ0109", """
        class Notifiers
        {
            private readonly SrcuDomain notifiers = new();

            public void Call()
            {
                using (notifiers.Read())
                {
                    Unregister();
                }
            }

            private void Unregister() => [|notifiers.Synchronize()|];
        }
        """);

    [Fact]
    public Task Valid_for_readers_that_pass_writers() => Verify.Valid("""
        class Table
        {
            private readonly RwLock tableLock = new();
            private readonly RwLock bottomHalfLock = new();
            private readonly SrcuDomain domain = new();

            public void Recursive()
            {
                tableLock.AcquireRead();
                tableLock.AcquireReadRecursive();
                tableLock.ReleaseRead();
                tableLock.ReleaseRead();
            }

            public void WithSoftIrqsOff()
            {
                bottomHalfLock.AcquireReadBh();
                bottomHalfLock.AcquireRead();
                bottomHalfLock.ReleaseRead();
                bottomHalfLock.ReleaseReadBh();
            }

            [RunsIn(Context.HardIrq)]
            public void Handle()
            {
                tableLock.AcquireRead();
                tableLock.AcquireRead();
                tableLock.ReleaseRead();
                tableLock.ReleaseRead();
            }

            public void Sections()
            {
                using (domain.Read())
                using (domain.Read())
                {
                }

                domain.Synchronize();
            }

            public void Downgrade(RwSemaphore semaphore)
            {
                semaphore.AcquireWrite();
                semaphore.DowngradeWrite();
                semaphore.ReleaseRead();
            }
        }
        """);
}
