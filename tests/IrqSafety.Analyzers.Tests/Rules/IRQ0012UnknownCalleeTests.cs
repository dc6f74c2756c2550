using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0012UnknownCalleeTests
{
    [Fact]
    public Task Reported_for_unknown_callees_in_contexts_that_may_interrupt_a_softirq() => Verify.ReportedWith("IRQ0012", ["irqsafety.unknown_callees = warn"], """
        interface IRecorder { void Note(); [NmiSafe] void NoteSafely(); }

        class Handlers(IRecorder recorder)
        {
            [RunsIn(Context.HardIrq)] void Irq() { [|recorder.Note()|]; recorder.NoteSafely(); Helper(); }
            [RunsIn(Context.SoftIrq)] void Soft() => recorder.Note();
            [RunsIn(Context.Task)] void Work() => recorder.Note();
            void Helper() => [|recorder.Note()|];
        }
        """,
        "Nothing is known of 'IRecorder.Note', which is called in an interrupt. Give it a contract, in its source or in a contract file.",
        "Nothing is known of 'IRecorder.Note', which is called in an interrupt, reached via Irq → Helper. Give it a contract, in its source or in a contract file.");

    [Fact]
    public Task Valid_unless_asked() => Verify.Valid("""
        interface IRecorder { void Note(); }
        class Handlers(IRecorder recorder) { [RunsIn(Context.HardIrq)] void Irq() => recorder.Note(); }
        """);
}
