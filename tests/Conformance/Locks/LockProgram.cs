using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Conformance.Tests;

/// <summary>
/// A small program: blocks that any number of CPUs may run, tasks' and handlers'. Every block ends by releasing what it took, innermost first,
/// and by restoring the masks.
/// </summary>
internal sealed record LockProgram(IReadOnlyList<LockBlock> Blocks)
{
    /// <summary>The locks, each the only one of its class.</summary>
    public const int Locks = 3;

    public static Arbitrary<LockProgram> Arbitrary { get; } = Arb.From(Programs(), program => Smaller(program));

    public override string ToString() => string.Join("\n", Blocks);

    private static Gen<LockProgram> Programs() =>
        from count in Gen.Choose(1, 4)
        from blocks in Gen.ListOf(Block(), count)
        select new LockProgram([.. blocks]);

    private static Gen<LockBlock> Block() =>
        from context in Gen.Frequency((3, Gen.Constant(Context.Task)), (1, Gen.Constant(Context.SoftIrq)), (1, Gen.Constant(Context.HardIrq)))
        from order in Gen.Frequency((4, Gen.Shuffle(Enumerable.Range(0, Locks))), (1, Gen.ArrayOf(Gen.Choose(0, Locks - 1), Locks)))
        from gated in Gen.Frequency((1, Gen.Constant(true)), (1, Gen.Constant(false)))
        from count in Gen.Choose(1, Locks)
        from takes in Gen.CollectToArray(LocksOf(order, gated).Take(count), Take)
        from mask in Gen.ListOf(SetMask(context), 3)
        from places in Gen.ArrayOf(Gen.Choose(0, 12), 3)
        select new LockBlock(context, [.. Mixed(takes, mask, places)]);

    // Half of the blocks take the first lock first, so that some rings are impossible because of it.
    private static IEnumerable<int> LocksOf(int[] order, bool gated) => gated ? order.Where(@lock => @lock != 0).Prepend(0) : order;

    private static Gen<BlockAction> Take(int @lock) =>
        from access in Gen.Frequency(
            (3, Gen.Constant(LockAccess.Exclusive)), (1, Gen.Constant(LockAccess.Read)), (1, Gen.Constant(LockAccess.RecursiveRead)))
        select BlockAction.Take(@lock, access);

    // A handler that enables interrupts is interrupted by its own kind, to any depth; the enumeration stops at one.
    private static Gen<BlockAction> SetMask(Context context) =>
        from mask in Gen.Elements(context == Context.HardIrq ? [Mask.SoftIrq] : new[] { Mask.Irq, Mask.SoftIrq })
        from masked in Gen.Elements(true, true, false)
        select BlockAction.Set(mask, masked);

    // Places beyond the end drop the change of mask: most blocks have none or one.
    private static IEnumerable<BlockAction> Mixed(IReadOnlyList<BlockAction> takes, IEnumerable<BlockAction> masks, IReadOnlyList<int> places)
    {
        var placed = masks.Zip(places).ToList();
        for (int i = 0; i < takes.Count; i++)
        {
            foreach ((BlockAction mask, _) in placed.Where(each => each.Second == i))
            {
                yield return mask;
            }

            yield return takes[i];
        }
    }

    private static IEnumerable<LockProgram> Smaller(LockProgram program)
    {
        for (int block = 0; block < program.Blocks.Count; block++)
        {
            yield return new LockProgram([.. program.Blocks.Where((_, index) => index != block)]);
            LockBlock whole = program.Blocks[block];
            for (int action = 0; action < whole.Actions.Count; action++)
            {
                var smaller = new LockBlock(whole.Context, [.. whole.Actions.Where((_, index) => index != action)]);
                yield return new LockProgram([.. program.Blocks.Select((each, index) => index == block ? smaller : each)]);
            }
        }
    }
}

/// <summary>What one task or handler does.</summary>
internal sealed record LockBlock(Context Context, IReadOnlyList<BlockAction> Actions)
{
    public override string ToString() => $"{Context}: {string.Join("; ", Actions)}";
}

/// <summary>Takes a lock, or changes a mask.</summary>
internal sealed record BlockAction(int? Lock, LockAccess Access, Mask Mask, bool Masked)
{
    public static BlockAction Take(int @lock, LockAccess access) => new(@lock, access, Mask.None, false);

    public static BlockAction Set(Mask mask, bool masked) => new(null, LockAccess.Exclusive, mask, masked);

    public override string ToString() => Lock is { } @lock ? $"{Access} {(char)('A' + @lock)}" : $"{Mask} {(Masked ? "off" : "on")}";
}
