using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0305NmiMaskedTests
{
    [Fact]
    public Task Reported_for_a_priority_mask_at_the_priority_of_NMIs_or_below() => Verify.Reported("IRQ0305", """
        class Gic
        {
            private static readonly Pmr Closed = new(0x00);

            public void AtTheirPriority()
            {
                Pmr before = Icc.ReadPmr();
                [|Icc.WritePmr(new Pmr(0x80))|];
                Icc.WritePmr(before);
            }

            public void Named() => [|Icc.WritePmr(new Pmr(Priority.Nmi.Value))|];

            public void Computed() => [|Icc.WritePmr(new Pmr((byte)(Pmr.IrqOff.Value - 0x40)))|];

            [RunsIn(Context.HardIrq)]
            private void OnIrq() => [|Icc.WritePmr(new Pmr(0))|];
        }
        """,
        "'Icc.WritePmr' writes 0x80 to the priority mask, which holds back what has the priority of NMIs, 0x80, too. Mask interrupts with a value above it, and NMIs by DAIF.",
        "'Icc.WritePmr' writes 0x80 to the priority mask, which holds back what has the priority of NMIs, 0x80, too. Mask interrupts with a value above it, and NMIs by DAIF.",
        "'Icc.WritePmr' writes 0x80 to the priority mask, which holds back what has the priority of NMIs, 0x80, too. Mask interrupts with a value above it, and NMIs by DAIF.",
        "'Icc.WritePmr' writes 0x00 to the priority mask, which holds back what has the priority of NMIs, 0x80, too. Mask interrupts with a value above it, and NMIs by DAIF.");

    [Fact]
    public Task Silent_above_it_where_the_value_is_not_known_and_where_DAIF_masks() => Verify.Valid("""
        class Gic
        {
            public void Levels()
            {
                Icc.WritePmr(Pmr.IrqOff);
                Icc.WritePmr(Pmr.IrqOn);
                Icc.WritePmr(Pmr.Default);
                Icc.WritePmr(new Pmr(0x88));
            }

            public void Unknown(Pmr value) => Icc.WritePmr(value);

            public void Suspend()
            {
                DaifFlags flags = LocalDaif.Save();
                Close();
                LocalDaif.Restore(flags);
            }

            private static void Close() => Icc.WritePmr(new Pmr(0));

            [RequiresMasked(Mask.Daif)]
            public void Declared() => Icc.WritePmr(new Pmr(0));

            public void PowerDown()
            {
                LocalDaif.Mask();
                Icc.WritePmr(new Pmr(0));
                Icc.DisableGroup1();
            }
        }
        """);

    [Fact]
    public Task A_register_of_the_programs_own_is_judged_by_its_contract() => Verify.Reported("IRQ0305", """
        class Cpu1
        {
            [WritesPriorityMask("level", Irq = 0xa0, Nmi = 0x20)]
            public static void SetLevel(int level) { }

            public void Enter()
            {
                SetLevel(0xa0);
                [|SetLevel(0x20)|];
            }
        }
        """);
}
