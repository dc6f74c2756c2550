using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0118NestLockNotHeldTests
{
    [Fact]
    public Task Reported_after_the_nest_lock_was_released() => Verify.Reported("IRQ0118", """
        class Tree
        {
            private readonly SpinLock treeLock = new();
            private readonly SpinLock nodeLock = new();

            public void Move()
            {
                treeLock.Acquire();
                treeLock.Release();
                [|nodeLock.AcquireNestLock(treeLock)|];
                nodeLock.Release();
            }
        }
        """,
        "'SpinLock.AcquireNestLock' takes 'Tree.nodeLock' as nested under 'Tree.treeLock', which is not held. Take the nest lock first.");

    [Fact]
    public Task Reported_where_nobody_can_hold_it() => Verify.Reported("IRQ0118", """
        class Tree
        {
            private readonly SpinLock treeLock = new();
            private readonly SpinLock nodeLock = new();

            public void Move()
            {
                [|nodeLock.AcquireNestLock(treeLock)|];
                nodeLock.Release();
            }
        }
        """);

    [Fact]
    public Task Valid_when_it_is_held_or_may_be() => Verify.Valid("""
        class Tree
        {
            private readonly SpinLock treeLock = new();
            private readonly SpinLock nodeLock = new();
            internal readonly SpinLock seen = new();

            public void Move()
            {
                treeLock.Acquire();
                Nested();
                treeLock.Release();
            }

            private void Nested()
            {
                nodeLock.AcquireNestLock(treeLock);
                nodeLock.Release();
            }

            [RequiresHeld("this.treeLock")]
            public void MoveHeld()
            {
                nodeLock.AcquireNestLock(treeLock);
                nodeLock.Release();
            }

            public void MoveUnder(SpinLock given)
            {
                nodeLock.AcquireNestLock(given);
                nodeLock.Release();
            }

            public void MoveUnderSeen()
            {
                nodeLock.AcquireNestLock(seen);
                nodeLock.Release();
            }
        }
        """);
}
