using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>What the types stop needs no rule: <c>LocalDaif.Restore(irqFlags)</c> does not compile. These are the ways round them.</summary>
public sealed class IRQ0303FlagKindsMixedTests
{
    [Fact]
    public Task Reported_where_a_word_is_taken_for_one_of_another_kind() => Verify.Reported("IRQ0303", """
        class Entry
        {
            public void Leave()
            {
                IrqFlags flags = LocalIrq.Save();
                LocalDaif.Restore([|flags.ReinterpretAsDaifFlags()|]);
            }

            public void Abort(DaifFlags saved) => LocalIrq.Restore([|saved.ReinterpretAsIrqFlags()|]);
        }
        """,
        "'IrqFlags.ReinterpretAsDaifFlags': a word of local_irq_save is taken for a word of local_daif_save. Give it back to local_irq_restore.",
        "'DaifFlags.ReinterpretAsIrqFlags': a word of local_daif_save is taken for a word of local_irq_save. Give it back to local_daif_restore.");

    [Fact]
    public Task Reported_where_it_gets_through_as_a_raw_number() => Verify.Reported("IRQ0303", """
        class Entry
        {
            [FlagWord(FlagKind.Pmr)]
            private byte pmrSave;

            public void Leave(IrqFlags flags) => Icc.WritePmr(new Pmr([|(byte)flags.Word|]));

            public Daif ThroughAVariable(IrqFlags flags)
            {
                uint word = flags.Word;
                return Daif.FromWord([|word|]);
            }

            public void Kept(Daif daif) => [|pmrSave|] = (byte)daif.Value;

            public Daif Read(Pmr pmr) => new([|pmr.Value|]);
        }
        """,
        "'Value': a word of local_irq_save is used where a value of PMR is expected. Give it back to local_irq_restore.",
        "'word': a word of local_irq_save is used where a value of DAIF is expected. Give it back to local_irq_restore.",
        "'pmrSave': a value of DAIF is used where a value of PMR is expected. Give it back to a write of DAIF.",
        "'Value': a value of PMR is used where a value of DAIF is expected. Give it back to a write of PMR.");

    [Fact]
    public Task Silent_where_words_stay_what_they_are() => Verify.Valid("""
        class Entry
        {
            [FlagWord(FlagKind.Pmr)]
            private byte pmrSave;

            public void Section()
            {
                IrqFlags flags = LocalIrq.Save();
                DaifFlags daif = LocalDaif.Save();
                LocalDaif.Restore(daif);
                LocalIrq.Restore(flags);
            }

            public void Save() => pmrSave = Icc.ReadPmr().Value;

            public void Restore() => Icc.WritePmr(new Pmr(pmrSave));

            public void Constants()
            {
                Pmr masked = new(0xc0);
                Daif all = new(0x3c0);
            }

            // What DAIF reads as, but for what PMR masks.
            public bool Debug(DaifFlags flags) => Daif.FromWord(flags.Word).D;

            public void Trace(IrqFlags flags) => Printk.Deferred($"flags {flags.Word:x}");
        }
        """);

    [Fact]
    public Task Words_of_the_programs_own_are_judged_by_their_contracts() => Verify.Reported("IRQ0303", """
        class Saved
        {
            [FlagWord(FlagKind.DaifFlags)]
            public ulong Flags;
        }

        class Kvm
        {
            public static void WriteHcr([FlagWord(FlagKind.Pmr)] ulong pmr) { }

            public void Run(Saved saved) => WriteHcr([|saved.Flags|]);
        }
        """);
}
