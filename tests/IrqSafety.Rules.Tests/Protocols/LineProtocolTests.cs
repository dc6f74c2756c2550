using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary>Life stories of interrupt lines, with the first law each breaks. Source: Linux <c>kernel/irq/manage.c</c>, 6.12.</summary>
public class LineProtocolTests
{
    // "!" after an event means that it fails.
    [Theory]
    [InlineData("request-nmi prepare-nmi enable-nmi disable-nmi teardown-nmi free-nmi", null)]
    [InlineData("request-irq enable-irq disable-irq free-irq", null)]
    [InlineData("request-nmi! request-irq enable-irq disable-irq free-irq", null)]
    [InlineData("request-nmi! request-nmi prepare-nmi enable-nmi", null)]
    [InlineData("request-nmi prepare-nmi! prepare-nmi enable-nmi", null)]
    // A CPU that goes offline and comes back.
    [InlineData("request-nmi prepare-nmi enable-nmi disable-nmi teardown-nmi prepare-nmi enable-nmi", null)]
    // Enabling an NMI that was never prepared on this CPU, also because the preparation failed.
    [InlineData("request-nmi enable-nmi", LawIds.LineProtocol)]
    [InlineData("request-nmi prepare-nmi! enable-nmi", LawIds.LineProtocol)]
    [InlineData("prepare-nmi", LawIds.LineProtocol)]
    [InlineData("request-irq disable-irq", LawIds.LineProtocol)]
    [InlineData("request-nmi prepare-nmi enable-nmi teardown-nmi", LawIds.LineProtocol)]
    [InlineData("request-nmi prepare-nmi enable-nmi free-nmi", LawIds.LineProtocol)]
    [InlineData("request-irq enable-irq free-irq", LawIds.LineProtocol)]
    [InlineData("request-irq request-nmi", LawIds.LineProtocol)]
    // Set-up with the NMI calls, tear-down with the IRQ calls, and the reverse.
    [InlineData("request-nmi prepare-nmi enable-nmi disable-irq", LawIds.LineFlavour)]
    [InlineData("request-nmi free-irq", LawIds.LineFlavour)]
    [InlineData("request-irq enable-irq disable-nmi", LawIds.LineFlavour)]
    [InlineData("request-irq prepare-nmi", LawIds.LineFlavour)]
    // The debug IPI: the request as an NMI failed, and the predicate still says NMI.
    [InlineData("request-nmi! prepare-nmi", LawIds.FlavourAfterRefusal)]
    [InlineData("request-nmi! request-irq prepare-nmi", LawIds.FlavourAfterRefusal)]
    [InlineData("request-nmi! request-irq enable-irq disable-nmi", LawIds.FlavourAfterRefusal)]
    // An IRQ call on it is no question of flavour: nothing was requested.
    [InlineData("request-nmi! enable-irq", LawIds.LineProtocol)]
    // Freed, the line forgets the refusal.
    [InlineData("request-nmi! request-irq free-irq request-irq prepare-nmi", LawIds.LineFlavour)]
    public void Percpu_line(string events, string? law) => Assert.Equal(law, FirstLawBroken(PercpuLineProtocol.Table, events));

    [Theory]
    [InlineData("request-nmi enable-nmi disable-nmi free-nmi", null)]
    [InlineData("request-irq free-irq", null)]
    [InlineData("request-irq disable-irq disable-irq enable-irq free-irq", null)]
    // Ordinary lines may be shared: a second request is another action on the line.
    [InlineData("request-irq request-irq free-irq", null)]
    [InlineData("request-nmi request-irq", LawIds.LineProtocol)]
    [InlineData("request-nmi enable-nmi free-nmi", LawIds.LineProtocol)]
    [InlineData("request-irq enable-irq", LawIds.LineProtocol)]
    [InlineData("request-nmi disable-irq", LawIds.LineFlavour)]
    [InlineData("request-irq free-nmi", LawIds.LineFlavour)]
    [InlineData("request-nmi! enable-nmi", LawIds.FlavourAfterRefusal)]
    // Linux drivers/perf/arm_pmu.c, armpmu_request_irq(): first the CPU, then the request.
    [InlineData("set-affinity request-nmi enable-nmi disable-nmi free-nmi set-affinity", null)]
    [InlineData("request-nmi! set-affinity request-irq set-affinity disable-irq set-affinity", null)]
    [InlineData("request-nmi set-affinity", LawIds.LineProtocol)]
    [InlineData("request-nmi enable-nmi set-affinity", LawIds.LineProtocol)]
    public void Line(string events, string? law) => Assert.Equal(law, FirstLawBroken(LineNmiProtocol.Table, events));

    // Linux arch/arm64/kernel/smp.c, smp_send_stop().
    [Theory]
    [InlineData("send-irq wait send-nmi wait", null)]
    [InlineData("send-irq wait", null)]
    [InlineData("send-nmi", LawIds.StopOrder)]
    [InlineData("wait send-nmi", LawIds.StopOrder)]
    [InlineData("send-irq send-nmi", LawIds.StopOrder)]
    [InlineData("send-irq wait send-irq send-nmi", LawIds.StopOrder)]
    public void Cpu_stop(string events, string? law) => Assert.Equal(law, FirstLawBroken(CpuStopProtocol.Table, events));

    // A method that is called from outside knows nothing of a line, but begins a stop of its own.
    [Fact]
    public void Only_the_stop_may_be_assumed_to_begin_at_a_root()
    {
        Assert.Null(PercpuLineProtocol.Table.AssumedAtRoots);
        Assert.Null(LineNmiProtocol.Table.AssumedAtRoots);
        Assert.Equal(CpuStopProtocol.Table.Initial, CpuStopProtocol.Table.AssumedAtRoots);
    }

    private static string? FirstLawBroken(ProtocolTable table, string events)
    {
        string state = table.Initial;
        foreach (string step in events.Split(' '))
        {
            ProtocolRow row = table[state, step.TrimEnd('!')];
            if (row.Law is not null)
            {
                return row.Law;
            }

            state = step.EndsWith('!') ? row.OnFailure! : row.Next;
        }

        return null;
    }
}
