using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0110WaitsTooHardTests
{
    [Fact]
    public Task Reported_for_a_spin_lock_inside_a_raw_one() => Verify.Reported("IRQ0110", """
        class Line
        {
            private readonly RawSpinLock descLock = new();
            private readonly SpinLock domainLock = new();

            public void Map()
            {
                using (descLock.LockIrqSave())
                {
                    Allocate();
                }
            }

            private void Allocate()
            {
                using ([|domainLock.Lock()|])
                {
                }
            }
        }
        """,
        "'SpinLock.Lock' on 'Line.domainLock' may sleep on a real-time build, but while 'Line.descLock' is held code may only spin, reached via Map → Allocate. Take it before, or make it a lock of the kind that is allowed there.");

    [Fact]
    public Task Reported_in_a_handler_that_no_build_threads() => Verify.Reported("IRQ0110", """
        class Timer
        {
            private readonly SpinLock baseLock = new();

            [RunsIn(Context.HardIrq, Within = Section.NeverThreaded)]
            public void Tick()
            {
                [|baseLock.Acquire()|];
                baseLock.Release();
            }
        }
        """,
        "'SpinLock.Acquire' on 'Timer.baseLock' may sleep on a real-time build, but in an interrupt code may only spin. Take it before, or make it a lock of the kind that is allowed there.");

    [Fact]
    public Task Reported_inside_a_scheduler_section_and_for_a_mutex_under_a_spin_lock() => Verify.Reported("IRQ0110", """
        class Tree
        {
            private readonly SpinLock treeLock = new();
            private readonly RwLock readers = new();
            private readonly Mutex slow = new();

            public void Look()
            {
                using (RcuSched.Read())
                using ([|readers.LockRead()|])
                {
                }
            }

            public void Reserve()
            {
                treeLock.Acquire();
                [|slow.Acquire()|];
                slow.Release();
                treeLock.Release();
            }
        }
        """);

    [Fact]
    public Task Valid_where_the_lattice_allows_it() => Verify.Valid("""
        class Device
        {
            private readonly RawSpinLock raw = new();
            private readonly SpinLock spin = new();
            private readonly RwLock readers = new();
            private readonly SpinLock handlers = new();
            private readonly LocalLock local = new();
            private readonly Mutex mutex = new();
            private readonly RwSemaphore semaphore = new();

            public void Nest()
            {
                using (semaphore.LockRead())
                using (mutex.Lock())
                using (local.Lock())
                using (spin.Lock())
                using (readers.LockRead())
                using (Rcu.Read())
                using (raw.LockIrqSave())
                using (RcuSched.Read())
                {
                }
            }

            [RunsIn(Context.HardIrq)]
            public void ThreadedOnRealTime()
            {
                using (handlers.Lock())
                {
                }
            }

            [RunsIn(Context.HardIrq, Within = Section.NeverThreaded)]
            public void Tick()
            {
                using (raw.Lock())
                {
                }

                if (handlers.TryAcquire())
                {
                    handlers.Release();
                }
            }

            public void Try()
            {
                using (raw.LockIrqSave())
                {
                    if (spin.TryAcquire())
                    {
                        spin.Release();
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Reported_in_a_section_that_never_sleeps() => Verify.Reported("IRQ0110", """
        class Controller
        {
            private readonly SpinLock chipLock = new();

            [RunsIn(Context.Task, Within = Section.StopMachine)]
            public void Patch() => Write();

            [RunsIn(Context.Task | Context.HardIrq, Within = Section.PreemptOff)]
            public void SetType(IntId irq)
            {
                using ([|chipLock.LockIrqSave()|])
                {
                }
            }

            private void Write()
            {
                [|chipLock.Acquire()|];
                chipLock.Release();
            }
        }
        """,
        "'SpinLock.LockIrqSave' on 'Controller.chipLock' may sleep on a real-time build, but in a region with preemption off code may only spin. Take it before, or make it a lock of the kind that is allowed there.",
        "'SpinLock.Acquire' on 'Controller.chipLock' may sleep on a real-time build, but in stop_machine() code may only spin, reached via Patch → Write. Take it before, or make it a lock of the kind that is allowed there.");

    [Fact]
    public Task Reported_in_a_callback_whose_registration_names_the_section() => Verify.Reported("IRQ0110", """
        class Client
        {
            private readonly SpinLock listLock = new();

            public void Probe() => CpuHotplug.SetupState("client:starting", CpuUp, null);

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void CpuUp(CpuId cpu)
            {
                [|listLock.Acquire()|];
                listLock.Release();
            }
        }
        """,
        "'SpinLock.Acquire' on 'Client.listLock' may sleep on a real-time build, but in the STARTING section of CPU hotplug code may only spin. Take it before, or make it a lock of the kind that is allowed there.");

    [Fact]
    public Task Silent_in_a_section_that_may_sleep_and_for_raw_locks_and_attempts() => Verify.Valid("""
        class Client
        {
            private readonly SpinLock listLock = new();
            private readonly RawSpinLock rawLock = new();

            [RunsIn(Context.Task, Within = Section.CpuOnline)]
            public void CpuOnline(CpuId cpu)
            {
                listLock.Acquire();
                listLock.Release();
            }

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public void CpuStarting(CpuId cpu)
            {
                rawLock.Acquire();
                if (listLock.TryAcquire())
                {
                    listLock.Release();
                }

                rawLock.Release();
            }
        }
        """);
}
