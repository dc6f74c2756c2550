using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0108IrqUnsafeDependencyTests
{
    [Fact]
    public Task Reported_for_an_NMI_that_keeps_its_own_lock_but_not_what_is_taken_inside_it() => Verify.Reported("IRQ0108", """
        class Recorder
        {
            private readonly RawSpinLock sampleLock = new();
            private readonly RawSpinLock bufferLock = new();

            [RunsIn(Context.PseudoNmi)]
            private void OnOverflow()
            {
                using (sampleLock.Lock())
                {
                }
            }

            public void Flush()
            {
                DaifFlags flags = LocalDaif.Save();
                sampleLock.Acquire();
                bufferLock.Acquire();
                bufferLock.Release();
                sampleLock.Release();
                LocalDaif.Restore(flags);
            }

            public void Resize()
            {
                using ([|bufferLock.LockIrqSave()|])
                {
                }
            }
        }
        """,
        "'RawSpinLock.LockIrqSave' takes 'Recorder.bufferLock' where an NMI may arrive, 'OnOverflow' waits for 'Recorder.sampleLock' in a pseudo-NMI, and 'Flush' takes 'Recorder.bufferLock' while 'Recorder.sampleLock' is held. Take it with DAIF masked, or do not take it inside the handler's lock.");

    [Fact]
    public Task Valid_for_an_NMI_when_what_is_inside_its_lock_is_held_with_DAIF_masked() => Verify.Valid("""
        class Recorder
        {
            private readonly RawSpinLock sampleLock = new();
            private readonly RawSpinLock bufferLock = new();

            [RunsIn(Context.PseudoNmi)]
            private void OnOverflow()
            {
                using (sampleLock.Lock())
                {
                }
            }

            public void Flush()
            {
                DaifFlags flags = LocalDaif.Save();
                sampleLock.Acquire();
                bufferLock.Acquire();
                bufferLock.Release();
                sampleLock.Release();
                LocalDaif.Restore(flags);
            }

            public void Resize()
            {
                DaifFlags flags = LocalDaif.Save();
                bufferLock.Acquire();
                bufferLock.Release();
                LocalDaif.Restore(flags);
            }
        }
        """);

    [Fact]
    public Task Reported_where_the_inner_lock_is_held_with_interrupts_on() => Verify.Reported("IRQ0108", """
        class Controller
        {
            private readonly RawSpinLock stateLock = new();
            private readonly RawSpinLock configLock = new();

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                using (stateLock.Lock())
                {
                }
            }

            public void Apply()
            {
                using (stateLock.LockIrqSave())
                using (configLock.Lock())
                {
                }
            }

            public void Change()
            {
                using ([|configLock.Lock()|])
                {
                }
            }
        }
        """,
        "'RawSpinLock.Lock' takes 'Controller.configLock' with interrupts on, 'OnIrq' waits for 'Controller.stateLock' in an interrupt, and 'Apply' takes 'Controller.configLock' while 'Controller.stateLock' is held. Take it with interrupts off, or do not take it inside the handler's lock.");

    [Fact]
    public Task Reported_through_a_chain_of_three() => Verify.Reported("IRQ0108", """
        class Chain
        {
            private readonly RawSpinLock a = new();
            private readonly RawSpinLock b = new();
            private readonly RawSpinLock c = new();

            [RunsIn(Context.HardIrq)] private void OnIrq() { using (a.Lock()) { } }
            public void First() { using (a.LockIrqSave()) using (b.Lock()) { } }
            public void Second() { using (b.LockIrqSave()) using (c.Lock()) { } }
            public void Third() { using ([|c.Lock()|]) { } }
        }
        """);

    [Fact]
    public Task Reported_by_the_direct_rule_alone_where_the_handler_takes_it_too() => Verify.Reported("IRQ0107", """
        class Direct
        {
            private readonly RawSpinLock a = new();
            private readonly RawSpinLock b = new();

            [RunsIn(Context.HardIrq)] private void OnIrq() { using (a.Lock()) using (b.Lock()) { } }
            public void Outside() { using ([|b.Lock()|]) { } }
        }
        """);

    [Fact]
    public Task Valid_with_interrupts_off_everywhere_and_for_a_try_form_inside() => Verify.Valid("""
        class Masked
        {
            private readonly RawSpinLock a = new();
            private readonly RawSpinLock b = new();
            private readonly RawSpinLock tried = new();

            [RunsIn(Context.HardIrq)] private void OnIrq() { using (a.Lock()) { } }
            public void Inside()
            {
                using (a.LockIrqSave())
                using (b.Lock())
                {
                    if (tried.TryAcquire())
                    {
                        tried.Release();
                    }
                }
            }

            public void Alone() { using (b.LockIrqSave()) { } }
            public void Tried() { using (tried.Lock()) { } }
        }
        """);
}
