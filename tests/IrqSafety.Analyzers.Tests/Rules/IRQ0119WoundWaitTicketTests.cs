using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0119WoundWaitTicketTests
{
    [Fact]
    public Task Reported_for_the_form_after_a_refusal_without_one() => Verify.Reported("IRQ0119", """
        class Buffers
        {
            private static readonly WwClass Reservations = new();
            private readonly WwTicket ticket = new(Reservations);
            private readonly WwMutex front = new(Reservations);

            public void Lock()
            {
                ticket.Open();
                [|front.AcquireSlow(ticket)|];
                front.Release();
                ticket.Close();
            }
        }
        """,
        "'WwMutex.AcquireSlow' is the form for after a refusal, but nothing was refused. Use the ordinary form.");

    [Fact]
    public Task Reported_after_done_and_for_a_second_done() => Verify.Reported("IRQ0119", """
        class Buffers
        {
            private static readonly WwClass Reservations = new();
            private readonly WwTicket ticket = new(Reservations);
            private readonly WwMutex front = new(Reservations);

            public void Late()
            {
                ticket.Open();
                ticket.Done();
                if ([|front.Acquire(ticket)|] == Errno.Ok)
                {
                    front.Release();
                }

                ticket.Close();
            }

            public void Twice()
            {
                ticket.Open();
                ticket.Done();
                [|ticket.Done()|];
                ticket.Close();
            }
        }
        """);

    [Fact]
    public Task Reported_for_closing_with_an_object_held_and_for_opening_a_second() => Verify.Reported("IRQ0119", """
        class Buffers
        {
            private static readonly WwClass Reservations = new();
            private readonly WwTicket ticket = new(Reservations);
            private readonly WwTicket second = new(Reservations);
            private readonly WwMutex front = new(Reservations);

            public void Early()
            {
                ticket.Open();
                if (front.Acquire(ticket) != Errno.Ok)
                {
                    ticket.Close();
                    return;
                }

                [|ticket.Close()|];
                front.Release();
            }

            public void Two()
            {
                ticket.Open();
                [|second.Open()|];
                second.Close();
                ticket.Close();
            }
        }
        """);

    [Fact]
    public Task Reported_when_a_refused_ticket_goes_on() => Verify.Reported("IRQ0119", """
        class Buffers
        {
            private static readonly WwClass Reservations = new();
            private readonly WwTicket ticket = new(Reservations);
            private readonly WwMutex front = new(Reservations);
            private readonly WwMutex back = new(Reservations);
            private readonly WwMutex cursor = new(Reservations);

            public void KeepsWhatItHas()
            {
                ticket.Open();
                if (front.Acquire(ticket) == Errno.Ok)
                {
                    Errno second = back.Acquire(ticket);
                    if (second == Errno.EDEADLK)
                    {
                        [|back.AcquireSlow(ticket)|];
                        back.Release();
                    }
                    else if (second == Errno.Ok)
                    {
                        back.Release();
                    }

                    front.Release();
                }

                ticket.Close();
            }

            public void TakesAnother()
            {
                ticket.Open();
                Errno first = back.Acquire(ticket);
                if (first == Errno.EDEADLK)
                {
                    [|cursor.AcquireSlow(ticket)|];
                    cursor.Release();
                }
                else if (first == Errno.Ok)
                {
                    back.Release();
                }

                ticket.Close();
            }
        }
        """,
        "'WwMutex.AcquireSlow' takes an object after a refusal while 'Buffers.front' is still held. Release everything first.",
        "'WwMutex.AcquireSlow' takes another object than the one the ticket was refused. Release everything and acquire that one first.");

    [Fact]
    public Task Reported_for_closing_what_nobody_left_open() => Verify.Reported("IRQ0119", """
        class Buffers
        {
            private static readonly WwClass Reservations = new();
            private readonly WwTicket ticket = new(Reservations);

            public void Use()
            {
                ticket.Open();
                ticket.Close();
            }

            public void End() => [|ticket.Close()|];
        }
        """);

    [Fact]
    public Task Valid_when_everything_is_given_back_and_the_refused_object_comes_first() => Verify.Valid("""
        class Buffers
        {
            private static readonly WwClass Reservations = new();
            private readonly WwTicket ticket = new(Reservations);
            private readonly WwMutex front = new(Reservations);
            private readonly WwMutex back = new(Reservations);
            private readonly WwMutex[] all = [new(Reservations, "first"), new(Reservations, "second")];

            public void Both()
            {
                ticket.Open();
                if (front.Acquire(ticket) == Errno.Ok)
                {
                    Errno second = back.Acquire(ticket);
                    if (second == Errno.EDEADLK)
                    {
                        front.Release();
                        back.AcquireSlow(ticket);
                        if (front.Acquire(ticket) == Errno.Ok)
                        {
                            ticket.Done();
                            front.Release();
                        }

                        back.Release();
                    }
                    else
                    {
                        if (second == Errno.Ok)
                        {
                            back.Release();
                        }

                        front.Release();
                    }
                }

                ticket.Close();
            }

            public void GivesUp()
            {
                ticket.Open();
                if (front.Acquire(ticket) == Errno.Ok)
                {
                    front.Release();
                }

                ticket.Close();
            }

            public void Each()
            {
                ticket.Open();
                WwMutex? refused = null;
                foreach (WwMutex one in all)
                {
                    Errno result = one.Acquire(ticket);
                    if (result == Errno.EDEADLK)
                    {
                        refused = one;
                        break;
                    }

                    if (result == Errno.Ok)
                    {
                        one.Release();
                    }
                }

                if (refused is not null)
                {
                    refused.AcquireSlow(ticket);
                    refused.Release();
                }

                ticket.Close();
            }

            public void AlreadyHeld()
            {
                ticket.Open();
                if (front.Acquire(ticket) == Errno.Ok)
                {
                    if (front.Acquire(ticket) == Errno.EALREADY && back.Acquire(ticket) == Errno.Ok)
                    {
                        back.Release();
                    }

                    front.Release();
                }

                ticket.Close();
            }

            [Releases("this.ticket")]
            public void End() => ticket.Close();

            [Acquires("this.ticket")]
            public void Begin() => ticket.Open();

            public void WithoutTicket()
            {
                if (front.Acquire(null) == Errno.Ok)
                {
                    front.Release();
                }
            }
        }
        """);
}
