using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0208LockSharedWithPreemptedTests
{
    [Fact]
    public Task Reported_irqsave_does_not_keep_a_pseudo_nmi_out() => Verify.Reported("IRQ0208", """
        class Watchdog
        {
            private readonly RawSpinLock sampleLock = new();

            [RunsIn(Context.PseudoNmi)]
            private void Overflow()
            {
                using ([|sampleLock.Lock()|])
                {
                }
            }

            public void Snapshot()
            {
                using (sampleLock.LockIrqSave())
                {
                }
            }
        }
        """,
        "'RawSpinLock.Lock' takes 'Watchdog.sampleLock' in a pseudo-NMI, and 'Snapshot' holds it in task context, which that can interrupt. Use a try form in the NMI, or a lock of its own.");

    [Fact]
    public Task Reported_shared_by_two_kinds_of_nmi() => Verify.Reported("IRQ0208", """
        class Ghes
        {
            private readonly RawSpinLock slotLock = new();

            [RunsIn(Context.PseudoNmi)] private void OnNmi() => Copy();

            [RunsIn(Context.SdeiNormal)]
            private void OnSdei()
            {
                [|slotLock.Acquire()|];
                slotLock.Release();
            }

            private void Copy()
            {
                if (slotLock.TryAcquire())
                {
                    slotLock.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Reported_with_own_primitives_on_an_interrupt() => Verify.WithOwnContracts("IRQ0208", """
        class Driver
        {
            private readonly TicketLock ticket = new();

            public void Open()
            {
                Kernel.Attach(OnNmi);
                Kernel.AttachIrq(OnIrq);
            }

            private void OnNmi() { [|ticket.Enter()|]; ticket.Exit(); }
            private void OnIrq() { ticket.Enter(); ticket.Exit(); }
        }
        """,
        "'TicketLock.Enter' takes 'Driver.ticket' in a pseudo-NMI, and 'OnIrq' holds it in an interrupt, which that can interrupt. Use a try form in the NMI, or a lock of its own.");

    [Fact]
    public Task Valid_with_daif_masked_with_a_try_form_and_in_one_double_role() => Verify.WithOwnContracts("", """
        class Masked
        {
            private readonly TicketLock ticket = new();

            [RunsIn(Context.PseudoNmi)] private void OnNmi() { ticket.Enter(); ticket.Exit(); }

            public void Show()
            {
                Kernel.MaskAll();
                ticket.Enter();
                ticket.Exit();
                Kernel.UnmaskAll();
            }
        }

        class Tries
        {
            private readonly TicketLock ticket = new();

            [RunsIn(Context.PseudoNmi)]
            private void OnNmi()
            {
                if (ticket.TryEnter())
                {
                    ticket.Exit();
                }
            }

            public void Show() { ticket.Enter(); ticket.Exit(); }
        }

        class DoubleRole
        {
            private readonly TicketLock ticket = new();

            [RunsIn(Context.PseudoNmi | Context.HardIrq)] private void Handle() { ticket.Enter(); ticket.Exit(); }
        }

        class TwoLocks
        {
            private readonly TicketLock nmis = new(), tasks = new();

            [RunsIn(Context.PseudoNmi)] private void OnNmi() { nmis.Enter(); nmis.Exit(); }
            public void Show() { tasks.Enter(); tasks.Exit(); }
        }
        """);
}
