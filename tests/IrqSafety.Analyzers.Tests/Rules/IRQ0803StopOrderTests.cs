using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0803StopOrderTests
{
    [Fact]
    public Task Reported_nmi_first() => Verify.Reported("IRQ0803", """
        class Stop
        {
            public void SendStop(CpuMask others)
            {
                [|Smp.CrossCall(others, Ipi.CpuStopNmi)|];
                Smp.WaitForOthersToStop(10);
            }
        }
        """);

    [Fact]
    public Task Reported_no_time_to_answer_through_helpers() => Verify.Reported("IRQ0803", """
        class Stop
        {
            public void SendStop(CpuMask others)
            {
                Send(others, Ipi.CpuStop);
                Send(others, Ipi.CpuStopNmi);
            }

            private void Send(CpuMask cpus, Ipi ipi) => [|Smp.CrossCall(cpus, ipi)|];
        }
        """,
        "'Smp.CrossCall': the CPUs got no time to answer the ordinary stop IPI: wait with a time-out before the NMI, reached via SendStop → Send");

    [Fact]
    public Task Valid_irq_then_wait_then_nmi() => Verify.Valid("""
        class Stop
        {
            public void SendStop(CpuMask others)
            {
                Smp.CrossCall(others, Ipi.CpuStop);
                if (!Wait(1_000_000))
                {
                    Smp.CrossCall(Smp.OnlineCpus - Processor.Id, Ipi.CpuStopNmi);
                    Wait(10_000);
                }
            }

            private static bool Wait(long time) => Smp.WaitForOthersToStop(time);

            public void Backtrace(CpuMask others) => Smp.CrossCall(others, Ipi.CpuBacktrace);
        }
        """);

    [Fact]
    public Task Valid_helper_whose_callers_asked_first() => Verify.Valid("""
        class Stop
        {
            public void SendStop(CpuMask others)
            {
                Smp.CrossCall(others, Ipi.CpuStop);
                Smp.WaitForOthersToStop(1_000_000);
                Nmi(others);
            }

            private void Nmi(CpuMask others) => Smp.CrossCall(others, Ipi.CpuStopNmi);
        }
        """);
}
