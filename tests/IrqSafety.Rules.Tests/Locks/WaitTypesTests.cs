using System;
using IrqSafety.Contracts;
using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary>Expectations from Linux <c>Documentation/locking/locktypes.rst</c>.</summary>
public class WaitTypesTests
{
    [Theory]
    [InlineData(LockKind.RawSpin, WaitType.Spin)]
    [InlineData(LockKind.Spin, WaitType.SpinOrSleep)]
    [InlineData(LockKind.ReadWrite, WaitType.SpinOrSleep)]
    [InlineData(LockKind.Local, WaitType.SpinOrSleep)]
    [InlineData(LockKind.Sequence, WaitType.SpinOrSleep)]
    [InlineData(LockKind.Mutex, WaitType.Sleep)]
    [InlineData(LockKind.RtMutex, WaitType.Sleep)]
    [InlineData(LockKind.RwSemaphore, WaitType.Sleep)]
    [InlineData(LockKind.WoundWait, WaitType.Sleep)]
    [InlineData(LockKind.Hotplug, WaitType.Sleep)]
    [InlineData(LockKind.Rcu, WaitType.None)]
    [InlineData(LockKind.RcuSched, WaitType.None)]
    [InlineData(LockKind.Srcu, WaitType.None)]
    public void A_kind_waits_as_its_documentation_says(LockKind kind, WaitType expected) => Assert.Equal(expected, WaitTypes.Of(kind));

    // A lock of unknown kind must not lead to a finding by its kind alone.
    [Fact]
    public void An_unknown_kind_is_taken_for_the_mildest() => Assert.Equal(WaitType.Spin, WaitTypes.Of(LockKind.Unknown));

    [Fact]
    public void Every_kind_has_a_wait_type() => Assert.All(Enum.GetValues<LockKind>(), kind => Assert.True(Enum.IsDefined(WaitTypes.Of(kind))));

    // On a real-time build a spin lock sleeps, which none of these allows.
    [Theory]
    [InlineData(Section.PreemptOff, WaitType.Spin)]
    [InlineData(Section.CpuStarting, WaitType.Spin)]
    [InlineData(Section.StopMachine, WaitType.Spin)]
    [InlineData(Section.CpuPm | Section.CpuOnline, WaitType.Spin)]
    [InlineData(Section.RcuReader, WaitType.SpinOrSleep)]
    [InlineData(Section.CpuOnline, WaitType.Sleep)]
    [InlineData(Section.None, WaitType.Sleep)]
    public void A_section_limits_what_is_taken_in_it(Section section, WaitType expected) => Assert.Equal(expected, LockNesting.WaitLimit(Context.Task, section, []));
}
