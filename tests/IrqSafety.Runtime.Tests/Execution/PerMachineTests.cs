using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

/// <summary>Objects in static fields, as kernel code has them, used on one machine after another.</summary>
public sealed class PerMachineTests
{
    private static readonly RawSpinLock s_lock = new();
    private static readonly Shared<int> s_counter = new(7);
    private static readonly PerCpu<int> s_perCpu = new(3);
    private static readonly Completion s_done = new();
    private static readonly IrqWork s_work = new(static () => { });

    [Fact]
    public void Each_machine_finds_static_objects_as_they_were_made()
    {
        for (int machine = 0; machine < 2; machine++)
        {
            Run(() =>
            {
                Assert.False(s_lock.IsHeld);
                Assert.Equal(7, s_counter.ReadOnce());
                Assert.Equal(3, s_perCpu.RawThis.ReadOnce());
                Assert.False(s_done.TryWait());
                Assert.False(s_work.IsPending);

                // Left behind as an execution that was ended in the middle leaves them.
                s_counter.WriteOnce(8);
                s_perCpu.RawThis.WriteOnce(4);
                s_done.CompleteAll();
                s_lock.AcquireIrq();
                Assert.True(s_work.Queue());
            });
        }
    }

    [Fact]
    public void What_a_program_left_is_still_there_to_look_at_afterwards()
    {
        var counter = new Shared<int>(0);
        Run(() => counter.FetchAdd(2));
        Assert.Equal(2, counter.Peek);
    }
}
