namespace IrqSafety.Conformance.Tests.History;

/// <summary>What several scenarios need.</summary>
internal static class ScenarioParts
{
    /// <summary>A line that is an NMI on the boot CPU, for scenarios.</summary>
    public const string Nmi = """


        static class Nmi
        {
            public static readonly IntId Line = IntId.Ppi(7);

            public static void Connect(IrqHandler handler)
            {
                Irq.RequestPercpuNmi(Line, handler, "nmi");
                Preemption.Disable();
                Irq.PreparePercpuNmi(Line);
                Irq.EnablePercpuNmi(Line);
                Preemption.Enable();
            }

            // The interrupt in which queued irq_work runs.
            public static void ConnectIrqWork()
            {
                Smp.SetIpiRange(IntId.Sgi(0), 8);
                IntId line = Smp.IpiLine(Ipi.IrqWork);
                Irq.RequestPercpuIrq(line, [RunsIn(Context.HardIrq)] (_) =>
                {
                    IrqWork.Run();
                    return IrqReturn.Handled;
                }, "irq_work");
                Preemption.Disable();
                Irq.EnablePercpuIrq(line);
                Preemption.Enable();
            }
        }
        """;
}
