using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0115SameClassNestedTests
{
    [Fact]
    public Task Reported_for_two_locks_of_a_class_without_an_order() => Verify.Reported("IRQ0115", """
        class Node
        {
            private readonly RawSpinLock nodeLock = new();

            public void MoveTo(Node other)
            {
                using (nodeLock.Lock())
                using ([|other.nodeLock.Lock()|])
                {
                }
            }
        }
        """,
        "'RawSpinLock.Lock' takes 'Node.nodeLock', and 'MoveTo' already holds one of that class. Say which comes first with a subclass or a nest lock.");

    [Fact]
    public Task Reported_in_a_method_called_with_the_first_held() => Verify.Reported("IRQ0115", """
        class Node
        {
            private readonly Mutex nodeLock = new();

            public void MoveTo(Node other)
            {
                nodeLock.Acquire();
                other.Attach();
                nodeLock.Release();
            }

            private void Attach()
            {
                [|nodeLock.Acquire()|];
                nodeLock.Release();
            }
        }
        """,
        "'Mutex.Acquire' takes 'Node.nodeLock', and 'MoveTo' already holds one of that class, reached via MoveTo → Attach. Say which comes first with a subclass or a nest lock.");

    [Fact]
    public Task Reported_for_the_same_subclass_and_for_what_was_held_before_the_nest_lock() => Verify.Reported("IRQ0115", """
        class Node
        {
            private readonly SpinLock nodeLock = new();

            public void MoveTo(Node other)
            {
                nodeLock.AcquireNested(1);
                [|other.nodeLock.AcquireNested(1)|];
                other.nodeLock.Release();
                nodeLock.Release();
            }

            public void MoveUnder(SpinLock tree, Node other)
            {
                nodeLock.Acquire();
                tree.Acquire();
                [|other.nodeLock.AcquireNestLock(tree)|];
                other.nodeLock.Release();
                tree.Release();
                nodeLock.Release();
            }
        }
        """);

    [Fact]
    public Task Reported_for_a_second_object_without_a_ticket() => Verify.Reported("IRQ0115", """
        class Buffer
        {
            private static readonly WwClass Reservations = new();
            private readonly WwMutex reservation = new(Reservations);

            public void CopyTo(Buffer other, WwTicket ticket)
            {
                if (reservation.Acquire(null) == Errno.Ok)
                {
                    ticket.Open();
                    if ([|other.reservation.Acquire(ticket)|] == Errno.Ok)
                    {
                        other.reservation.Release();
                    }

                    ticket.Close();
                    reservation.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reported_for_queued_readers_of_two_objects_and_silent_for_those_that_pass_writers() => Verify.Reported("IRQ0115", """
        class Table
        {
            private readonly RwSemaphore tableLock = new();
            private readonly RwLock rowLock = new();

            public void Compare(Table other)
            {
                using (tableLock.LockRead())
                using ([|other.tableLock.LockRead()|])
                {
                }

                rowLock.AcquireReadRecursive();
                other.rowLock.AcquireReadRecursive();
                other.rowLock.ReleaseRead();
                rowLock.ReleaseRead();
            }
        }
        """);

    [Fact]
    public Task Valid_with_a_subclass_under_a_nest_lock_with_a_ticket_and_with_a_try_form() => Verify.Valid("""
        class Node
        {
            private static readonly WwClass Reservations = new();
            private readonly RawSpinLock nodeLock = new();
            private readonly WwMutex reservation = new(Reservations);

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

            public void Try(Node other)
            {
                nodeLock.Acquire();
                if (other.nodeLock.TryAcquire())
                {
                    other.nodeLock.Release();
                }

                nodeLock.Release();
            }

            public void OneAfterTheOther(Node other)
            {
                nodeLock.Acquire();
                nodeLock.Release();
                other.nodeLock.Acquire();
                other.nodeLock.Release();
            }

            public void Reserve(Node other, WwTicket ticket)
            {
                ticket.Open();
                if (reservation.Acquire(ticket) == Errno.Ok)
                {
                    if (other.reservation.Acquire(ticket) == Errno.Ok)
                    {
                        other.reservation.Release();
                    }

                    reservation.Release();
                }

                ticket.Close();
            }
        }
        """);

    [Theory]
    [InlineData("Node first = Id < other.Id ? this : other; Node second = Id < other.Id ? other : this;")]
    [InlineData("bool inOrder = Id < other.Id; Node first = inOrder ? this : other; Node second = inOrder ? other : this;")]
    [InlineData("Node first, second; if (Id < other.Id) { first = this; second = other; } else { first = other; second = this; }")]
    [InlineData("var (first, second) = Id < other.Id ? (this, other) : (other, this);")]
    [InlineData("Node first = this, second = other; if (other.Id < Id) { (first, second) = (second, first); }")]
    public Task Silent_for_two_locks_taken_in_the_order_of_their_keys(string order) => Verify.Valid($$"""
        class Node(int id)
        {
            private readonly RawSpinLock nodeLock = new();
            private int count;
            public int Id { get; } = id;

            public void MoveTo(Node other)
            {
                {{order}}
                first.nodeLock.Acquire();
                second.nodeLock.AcquireNested(1);
                count--;
                other.count++;
                second.nodeLock.Release();
                first.nodeLock.Release();
            }
        }
        """);

    [Fact]
    public Task The_order_of_keys_that_takes_one_of_them_twice_is_found_on_that_path() => Verify.Reported("IRQ0103", """
        class Node(int id)
        {
            private readonly RawSpinLock nodeLock = new();
            private int count;
            public int Id { get; } = id;

            public void MoveTo(Node other)
            {
                Node first = Id < other.Id ? this : other;
                first.nodeLock.Acquire();
                [|other.nodeLock.AcquireNested(1)|];
                count--;
                other.count++;
                other.nodeLock.Release();
                first.nodeLock.Release();
            }
        }
        """);
}
