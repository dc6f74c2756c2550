using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0303: Restore by the operation the word came from. With the rule, so that what is fixed is no longer found.</summary>
public sealed class IRQ0303RestoreByOwnOperationFixTests
{
    [Fact]
    public Task The_word_goes_back_to_its_own_operation() => CodeFixVerifier.Verify(
        new IRQ0303RestoreByOwnOperationFix(),
        "IRQ0303",
        ["""
        using IrqSafety.Runtime;

        class Entry
        {
            public void Leave()
            {
                IrqFlags flags = LocalIrq.Save();
                LocalDaif.Restore([|flags.ReinterpretAsDaifFlags()|]); // leaves
            }

            public void Abort(DaifFlags saved)
            {
                LocalIrq.Restore([|saved.ReinterpretAsIrqFlags()|]);
            }

            public void Raw(IrqFlags flags) => Icc.WritePmr(new Pmr([|(byte)flags.Word|]));
        }
        """],
        ["""
        using IrqSafety.Runtime;

        class Entry
        {
            public void Leave()
            {
                IrqFlags flags = LocalIrq.Save();
                LocalIrq.Restore(flags); // leaves
            }

            public void Abort(DaifFlags saved)
            {
                LocalDaif.Restore(saved);
            }

            public void Raw(IrqFlags flags) => LocalIrq.Restore(flags);
        }
        """],
        "Restore by the operation the word came from",
        TestContext.Current.CancellationToken);

    [Fact]
    public Task Nothing_is_offered_where_the_word_is_kept() => CodeFixVerifier.NotOffered(
        new IRQ0303RestoreByOwnOperationFix(),
        "IRQ0303",
        ["""
        using IrqSafety.Runtime;

        class Entry
        {
            public Daif Kept(IrqFlags flags) => Daif.FromWord([|flags.Word|]);

            public DaifFlags Returned(IrqFlags flags) => [|flags.ReinterpretAsDaifFlags()|];
        }
        """],
        TestContext.Current.CancellationToken);
}
