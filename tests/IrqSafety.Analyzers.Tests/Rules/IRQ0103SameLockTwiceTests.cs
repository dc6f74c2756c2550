using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0103SameLockTwiceTests
{
    [Fact]
    public Task Reported_in_one_method() => Verify.Reported("IRQ0103", """
        class Line
        {
            private readonly RawSpinLock descLock = new();

            public void Set()
            {
                using (descLock.Lock())
                {
                    [|descLock.Acquire()|];
                    descLock.Release();
                }
            }
        }
        """,
        "'RawSpinLock.Acquire' waits for 'Line.descLock', which 'Set' already holds. Release it first, or do the inner work in a method that is called with the lock held.");

    [Fact]
    public Task Reported_in_a_method_called_with_the_lock_held() => Verify.Reported("IRQ0103", """
        class Line
        {
            private readonly SpinLock descLock = new();

            public void Set()
            {
                using (descLock.LockIrqSave())
                {
                    Update();
                }
            }

            private void Update() => Write();

            private void Write()
            {
                using ([|descLock.LockIrqSave()|])
                {
                }
            }
        }
        """,
        "'SpinLock.LockIrqSave' waits for 'Line.descLock', which 'Set' already holds, reached via Set → Update → Write. Release it first, or do the inner work in a method that is called with the lock held.");

    [Fact]
    public Task Reported_where_a_method_says_by_its_guard_that_it_takes_the_lock() => Verify.Reported("IRQ0103", """
        class Bank
        {
            private readonly RawSpinLock bankLock = new();
            private int levels;

            [return: Guard(Holds = "this.bankLock", Restores = Mask.Irq)]
            private IrqSaveLockGuard Enter() => bankLock.LockIrqSave();

            public void Set(int line)
            {
                using IrqSaveLockGuard held = Enter();
                Toggle(line);
            }

            public void Toggle(int line)
            {
                using IrqSaveLockGuard held = [|Enter()|];
                levels ^= 1 << line;
            }
        }
        """);

    [Fact]
    public Task Valid_where_a_guard_stands_for_a_lock_that_was_held_before() => Verify.Valid("""
        class Bank
        {
            private readonly RawSpinLock bankLock = new();
            private int levels;

            [RequiresHeld("this.bankLock")]
            [return: Guard(Holds = "this.bankLock")]
            private LockGuard Held() => default;

            public void Set(int line)
            {
                bankLock.Acquire();
                using LockGuard held = Held();
                levels ^= 1 << line;
            }
        }
        """);

    [Fact]
    public Task Reported_through_a_parameter_that_is_the_same_lock() => Verify.Reported("IRQ0103", """
        class Pair
        {
            private readonly RawSpinLock own = new();

            public void Both()
            {
                own.Acquire();
                With(own);
                own.Release();
            }

            private static void With(RawSpinLock given)
            {
                [|given.Acquire()|];
                given.Release();
            }
        }
        """);

    [Fact]
    public Task Reported_where_the_contract_says_that_it_is_held() => Verify.Reported("IRQ0103", """
        class Queue
        {
            private readonly RawSpinLock queueLock = new();

            [RequiresHeld("this.queueLock")]
            private void Push()
            {
                [|queueLock.Acquire()|];
                queueLock.Release();
            }
        }
        """);

    [Fact]
    public Task Reported_on_the_path_that_holds_it() => Verify.Reported("IRQ0103", """
        class Path
        {
            private readonly RawSpinLock pathLock = new();

            public void Run(bool locked)
            {
                if (locked)
                {
                    pathLock.Acquire();
                }

                [|pathLock.Acquire()|];
                pathLock.Release();
                if (locked)
                {
                    pathLock.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reported_for_a_reader_behind_a_writer_and_silent_for_a_reader_that_may_enter() => Verify.Reported("IRQ0103", """
        class Table
        {
            private readonly RwLock tableLock = new();

            public void Upgrade()
            {
                tableLock.AcquireWrite();
                [|tableLock.AcquireRead()|];
                tableLock.ReleaseRead();
                tableLock.ReleaseWrite();
            }

            public void Sections()
            {
                Rcu.ReadLock();
                Rcu.ReadLock();
                Rcu.ReadUnlock();
                Rcu.ReadUnlock();
            }
        }
        """);

    [Fact]
    public Task Valid_with_an_order_after_a_release_and_with_a_try_form() => Verify.Valid("""
        class Node
        {
            private readonly RawSpinLock nodeLock = new();

            public void MoveTo(Node other)
            {
                nodeLock.Acquire();
                other.nodeLock.AcquireNested(1);
                other.nodeLock.Release();
                nodeLock.Release();
            }

            public void MoveUnder(RawSpinLock tree, Node first, Node second)
            {
                tree.Acquire();
                first.nodeLock.AcquireNestLock(tree);
                second.nodeLock.AcquireNestLock(tree);
                second.nodeLock.Release();
                first.nodeLock.Release();
                tree.Release();
            }

            public void Retake()
            {
                nodeLock.Acquire();
                nodeLock.Release();
                nodeLock.Acquire();
                nodeLock.Release();
            }

            public void Drop()
            {
                nodeLock.Acquire();
                nodeLock.Release();
                Wait();
                nodeLock.Acquire();
                nodeLock.Release();
            }

            private void Wait()
            {
                if (nodeLock.TryAcquire())
                {
                    nodeLock.Release();
                }
            }

            public void Again()
            {
                using (nodeLock.Lock())
                {
                    if (nodeLock.TryAcquire())
                    {
                        nodeLock.Release();
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Valid_for_each_of_several_locks() => Verify.Valid("""
        class Table
        {
            private readonly RawSpinLock[] slots = [new("slot"), new("slot")];

            public void All()
            {
                for (int i = 0; i < slots.Length; i++)
                {
                    slots[i].Acquire();
                    slots[i].Release();
                }
            }

            public void Hand(Table next)
            {
                Table current = this;
                current.slots[0].Acquire();
                slots[0].Release();
                current = next;
                current.slots[0].Acquire();
                next.slots[0].Release();
            }
        }
        """);
}
