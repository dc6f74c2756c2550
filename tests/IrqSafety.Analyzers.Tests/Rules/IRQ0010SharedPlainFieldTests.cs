using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0010SharedPlainFieldTests
{
    [Fact]
    public Task Reported_at_the_field_that_a_handler_writes_and_a_task_reads() => Verify.Reported("IRQ0010", """
        class Device
        {
            private int [|events|];

            [RunsIn(Context.HardIrq)]
            private void OnIrq() => events++;

            [RunsIn(Context.Task)]
            public int Events() => events;
        }
        """,
        "'Device.events' is a plain field: 'OnIrq' writes it in an interrupt and 'Events' reads it in task context, which it may interrupt. Guard it by a lock that both take with [GuardedBy], make it Shared<T> or PerCpu<T>, or access it with Volatile or Interlocked.");

    [Fact]
    public Task Reported_through_helpers_for_statics_and_for_a_pseudo_NMI_with_interrupts_off() => Verify.Reported("IRQ0010", """
        class Counters
        {
            private static int [|s_total|];
            private bool [|seen|];

            [RunsIn(Context.PseudoNmi)]
            private void OnNmi() => Note();

            private void Note()
            {
                s_total++;
                seen = true;
            }

            public void Reset()
            {
                IrqFlags flags = LocalIrq.Save();
                s_total = 0;
                LocalIrq.Restore(flags);
                if (seen)
                {
                    Trace();
                }
            }

            private static void Trace() { }
        }
        """);

    [Fact]
    public Task Silent_under_a_common_lock_and_with_the_handler_masked() => Verify.Valid("""
        class Masked
        {
            private readonly SpinLock maskedLock = new();
            private int underLock;
            private int underMask;

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                maskedLock.Acquire();
                underLock++;
                maskedLock.Release();
                underMask++;
            }

            [RunsIn(Context.Task)]
            public void Update()
            {
                using (maskedLock.LockIrqSave())
                {
                    underLock = 0;
                }

                IrqFlags flags = LocalIrq.Save();
                underMask = 0;
                LocalIrq.Restore(flags);
            }
        }
        """);

    [Fact]
    public Task Silent_for_fields_that_say_how_they_are_shared() => Verify.Valid("""
        using System.Threading;

        class Disciplined
        {
            private readonly Shared<int> cell = new(0);
            private readonly PerCpu<int> perCpu = new(0);
            private readonly int[] fixedTable = new int[4];
            private volatile bool flag;
            private int counter;
            private bool mark;
            [OwnedBy(Context.HardIrq)] private int owned;

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                cell.WriteOnce(1);
                perCpu.This.Write(1);
                flag = true;
                Interlocked.Increment(ref counter);
                Volatile.Write(ref mark, true);
                owned++;
                fixedTable.GetHashCode();
            }

            [RunsIn(Context.Task)]
            public int Read() => cell.ReadOnce() + (flag ? 1 : 0) + Interlocked.Exchange(ref counter, 0) + (Volatile.Read(ref mark) ? 1 : 0) + fixedTable.Length;
        }
        """);

    [Fact]
    public Task Silent_for_set_up_hand_over_and_data_that_nobody_writes_later() => Verify.Valid("""
        class SetUp
        {
            private readonly Completion done = new();
            private readonly Shared<bool> ready = new(false);
            private int configured;
            private int result;
            private int handedOver;

            public SetUp() => configured = 4;

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                result = configured;
                done.Complete();
                handedOver = 1;
                ready.StoreRelease(true);
            }

            [RunsIn(Context.Task)]
            public int Wait()
            {
                done.Wait();
                return result;
            }

            [RunsIn(Context.Task)]
            public int Poll() => ready.LoadAcquire() ? handedOver : 0;
        }

        class Opened
        {
            private int state;

            public void Open()
            {
                state = 1;
                _ = Irq.RequestPercpuIrq(new IntId(24), OnLine, "opened");
            }

            [RunsIn(Context.HardIrq)]
            private IrqReturn OnLine(IntId line)
            {
                state++;
                return IrqReturn.Handled;
            }
        }
        """);

    [Fact]
    public Task Silent_between_tasks_and_where_a_context_is_not_known() => Verify.Valid("""
        class Tasks
        {
            private int count;
            private int unknown;

            [RunsIn(Context.Task)]
            public void One() => count++;

            [RunsIn(Context.Task)]
            public void Two()
            {
                count--;
                unknown++;
            }

            private void NobodyCalls() => unknown++;
        }
        """);
}
