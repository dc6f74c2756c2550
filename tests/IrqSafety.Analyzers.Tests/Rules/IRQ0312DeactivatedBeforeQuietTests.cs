using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0312: level interrupt deactivated before its device is quiet.</summary>
public sealed class IRQ0312DeactivatedBeforeQuietTests
{
    private const string Id = "IRQ0312";

    private const string Uart = """
        class Uart
        {
            private static readonly IntId s_line = IntId.Spi(5);

            [Quiesces]
            public void ReadFifo() { }


        """;

    [Fact]
    public Task Mode_1_with_DIR_before_the_device_is_read() => Verify.Reported(
        Id,
        Uart + """
            [RunsIn(Context.HardIrq)]
            public void Handle()
            {
                [|Icc.WriteDir(s_line)|];
                ReadFifo();
            }
        }
        """,
        "'Icc.WriteDir' deactivates the interrupt, and only then 'Uart.ReadFifo' quiets the device: a level line that is still high is pending again at once. Quiet the device first, or mask the line.");

    [Fact]
    public Task Mode_1_with_EOIR_before_and_DIR_after() => Verify.Valid(Uart + """
            [RunsIn(Context.HardIrq)]
            public void Handle()
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    return;
                }

                Icc.WriteEoir1(irq);
                Barrier.Isb();
                ReadFifo();
                Icc.WriteDir(irq);
            }
        }
        """);

    // Nothing in the type ever writes DIR, so its EOIR is that of mode 0.
    [Fact]
    public Task Mode_0_with_EOIR_before_the_device_is_read() => Verify.Reported(Id, Uart + """
            [RunsIn(Context.HardIrq)]
            public void Handle()
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    return;
                }

                [|Icc.WriteEoir1(irq)|];
                ReadFifo();
            }
        }
        """);

    [Fact]
    public Task Mode_0_with_EOIR_after_it() => Verify.Valid(Uart + """
            [RunsIn(Context.HardIrq)]
            public void Handle()
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    return;
                }

                ReadFifo();
                Icc.WriteEoir1(irq);
            }
        }
        """);

    // A threaded handler: the line stays masked until the thread has read the device.
    [Fact]
    public Task The_line_is_masked_first() => Verify.Valid(Uart + """
            [RunsIn(Context.HardIrq)]
            public void Handle()
            {
                Gicd.Disable(s_line);
                Gicd.WaitForRwp();
                Icc.WriteDir(s_line);
                ReadFifo();
                Gicd.Enable(s_line);
            }
        }
        """);

    [Fact]
    public Task The_device_is_quieted_in_a_helper() => Verify.Reported(Id, Uart + """
            [RunsIn(Context.HardIrq)]
            public void Handle()
            {
                [|Icc.WriteDir(s_line)|];
                Serve();
            }

            private void Serve() => ReadFifo();
        }
        """);

    [Fact]
    public Task A_device_that_was_quieted_before_may_be_quieted_again() => Verify.Valid(Uart + """
            [RunsIn(Context.HardIrq)]
            public void Handle()
            {
                ReadFifo();
                Icc.WriteDir(s_line);
                ReadFifo();
            }
        }
        """);

    [Fact]
    public Task Without_a_device_that_is_quieted_nothing_is_said() => Verify.Valid("""
        static class Edge
        {
            [RunsIn(Context.HardIrq)]
            public static void Handle() => Icc.WriteDir(IntId.Spi(5));
        }
        """);
}
