using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Xunit;

namespace IrqSafety.Conformance.Tests;

/// <summary>
/// The validator sees each block once, alone and on one CPU, and must say exactly whether some interleaving deadlocks, with any number of CPUs
/// and interrupts.
/// </summary>
public class ValidatorPropertyTests
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithMaxTest(3000).WithReplay(20231121, 1);

    [Fact]
    public void It_reports_exactly_the_programs_that_can_deadlock() =>
        Check.One(Fixed, Prop.ForAll(LockProgram.Arbitrary, program => (Reports(program.Blocks).Count > 0) == DeadlockOracle.CanDeadlock(program)));

    [Fact]
    public void The_order_in_which_it_sees_the_blocks_does_not_matter() =>
        Check.One(Fixed, Prop.ForAll(LockProgram.Arbitrary, program => (Reports(program.Blocks).Count > 0) == (Reports(program.Blocks.Reverse()).Count > 0)));

    [Fact]
    public void Seeing_a_block_again_reports_nothing_new() =>
        Check.One(Fixed, Prop.ForAll(LockProgram.Arbitrary, program => Rings(program.Blocks) == Rings([.. program.Blocks, .. program.Blocks])));

    [Fact]
    public void About_as_many_programs_deadlock_as_do_not()
    {
        IReadOnlyList<bool> verdicts = [.. LockProgram.Arbitrary.Generator.Sample(1000).Select(DeadlockOracle.CanDeadlock)];
        Assert.InRange(verdicts.Count(can => can), 200, 800);
    }

    private static int Rings(IEnumerable<LockBlock> blocks) => Reports(blocks).Count(report => report.Ring.Count > 0);

    private static IReadOnlyList<LockReport> Reports(IEnumerable<LockBlock> blocks)
    {
        var validator = new LockValidator();
        var reports = new List<LockReport>();
        foreach (LockEvent happened in blocks.SelectMany(Events))
        {
            reports.AddRange(validator.Observe(happened));
        }

        return reports;
    }

    private static IEnumerable<LockEvent> Events(LockBlock block)
    {
        if (block.Context != Context.Task)
        {
            yield return new LockEvent.Enter(block.Context) { IsThreaded = true };
        }

        foreach (BlockAction action in block.Actions)
        {
            yield return action.Lock is { } taken
                ? new LockEvent.Acquire(Identity(taken), LockKind.ReadWrite, action.Access)
                : new LockEvent.SetMask(action.Mask, action.Masked);
        }

        foreach (BlockAction action in block.Actions.Reverse())
        {
            if (action.Lock is { } taken)
            {
                yield return new LockEvent.Release(Identity(taken), action.Access);
            }
        }

        if (block.Context != Context.Task)
        {
            yield return new LockEvent.Leave();
            yield break;
        }

        foreach (BlockAction action in block.Actions.Where(action => action.Lock is null))
        {
            yield return new LockEvent.SetMask(action.Mask, Masked: false);
        }
    }

    private static LockIdentity Identity(int index) => new(new LockClassKey(((char)('A' + index)).ToString()), index);
}
