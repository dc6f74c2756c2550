using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0214StoppedCpuTests
{
    [Fact]
    public Task Reported_for_a_lock_after_the_stop_by_NMI_in_the_body_and_in_what_it_calls() => Verify.Reported("IRQ0214", """
        class Crash
        {
            private readonly RawSpinLock poolLock = new();

            public void Stop(CpuMask others)
            {
                Smp.CrossCall(others, Ipi.CpuStop);
                if (!Smp.WaitForOthersToStop(1_000_000))
                {
                    Smp.CrossCall(others, Ipi.CpuStopNmi);
                    [|poolLock.Acquire()|];
                    poolLock.Release();
                    Queue();
                }
            }

            private void Queue()
            {
                using ([|poolLock.LockIrqSave()|])
                {
                }
            }
        }
        """,
        "'RawSpinLock.Acquire' waits for 'Crash.poolLock' after 'Smp.CrossCall' stopped the CPUs by NMI, wherever they were: one that holds it never gives it back. Try it, or do without.",
        "'RawSpinLock.LockIrqSave' waits for 'Crash.poolLock', reached via Stop → Queue, after 'Smp.CrossCall' stopped the CPUs by NMI, wherever they were: one that holds it never gives it back. Try it, or do without.");

    [Fact]
    public Task Reported_across_types_in_the_build() => Verify.Reported("IRQ0264", """
        class Crash(Pool pool)
        {
            public void Stop(CpuMask others)
            {
                Smp.CrossCall(others, Ipi.CpuStop);
                Smp.WaitForOthersToStop(1_000_000);
                Smp.CrossCall(others, Ipi.CpuStopNmi);
                pool.Queue();
            }
        }

        class Pool
        {
            private readonly RawSpinLock poolLock = new();

            public void Queue()
            {
                using ([|poolLock.LockIrqSave()|])
                {
                }
            }
        }
        """);

    [Fact]
    public Task Silent_before_it_for_a_try_form_and_after_an_ordinary_stop() => Verify.Valid("""
        class Crash
        {
            private readonly RawSpinLock poolLock = new();

            public void Stop(CpuMask others)
            {
                using (poolLock.LockIrqSave())
                {
                }

                Smp.CrossCall(others, Ipi.CpuStop);
                if (!Smp.WaitForOthersToStop(1_000_000))
                {
                    Smp.CrossCall(others, Ipi.CpuStopNmi);
                    Smp.WaitForOthersToStop(10_000);
                    if (poolLock.TryAcquire())
                    {
                        poolLock.Release();
                    }

                    Printk.Deferred("stopped");
                }
            }

            public void Ordinary(CpuMask others)
            {
                Smp.CrossCall(others, Ipi.CpuStop);
                using (poolLock.LockIrqSave())
                {
                }
            }
        }
        """);
}
