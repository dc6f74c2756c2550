using System;
using System.Linq;
using IrqSafety.Contracts;
using Xunit;

namespace IrqSafety.Rules.Tests;

public class ContextsTests
{
    [Fact]
    public void All_lists_each_single_context_once()
    {
        Context[] single = [.. Enum.GetValues<Context>().Where(context => int.PopCount((int)context) == 1)];
        Assert.Equal(single, Contexts.All.Order());
        Assert.Equal(Context.Any, Contexts.All.Aggregate(Context.None, (set, context) => set | context));
    }

    [Theory]
    [InlineData(Context.PseudoNmi, true, true)]
    [InlineData(Context.SdeiCritical | Context.SError, true, true)]
    [InlineData(Context.HardIrq | Context.PseudoNmi, false, true)]
    [InlineData(Context.HardIrq, false, false)]
    [InlineData(Context.None, false, false)]
    public void A_set_is_NMI_when_all_of_it_is_and_may_be_when_some_is(Context contexts, bool isNmi, bool mayBeNmi)
    {
        Assert.Equal(isNmi, contexts.IsNmi());
        Assert.Equal(mayBeNmi, contexts.MayBeNmi());
    }

    [Fact]
    public void A_set_reads_as_a_person_says_it()
    {
        Assert.Equal("an interrupt or a pseudo-NMI", (Context.PseudoNmi | Context.HardIrq).Describe());
        Assert.Equal("no context", Context.None.Describe());
    }

    [Fact]
    public void Every_context_has_a_name_of_its_own() =>
        Assert.Equal(Contexts.All.Count, Contexts.All.Select(context => context.Describe()).Distinct().Count());

    [Fact]
    public void Every_section_that_says_where_code_runs_has_a_name_of_its_own()
    {
        Section[] single = [.. Enum.GetValues<Section>().Where(section => section is not (Section.None or Section.NeverThreaded))];
        Assert.Equal(single.Length, single.Select(section => section.Describe()).Distinct().Count());
        Assert.All(single, section => Assert.NotEqual("no section", section.Describe()));
        Assert.Equal("the STARTING section of CPU hotplug and a region with preemption off", (Section.PreemptOff | Section.CpuStarting).Describe());
    }
}
