using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

/// <summary>What the contracts of masks say, against what the operations do.</summary>
public class MaskLawTests
{
    private static readonly IntId s_nmi = IntId.Sgi(9);

    /// <summary>The constants whose contract says which number they are.</summary>
    public static TheoryData<string, long, long> EachNamedConstant =>
    [
        .. typeof(Pmr).Assembly.GetExportedTypes().SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Static))
            .Where(property => property.IsDefined(typeof(HasValueAttribute)))
            .Select(property => new TheoryDataRow<string, long, long>(
                $"{property.DeclaringType!.Name}.{property.Name}",
                property.GetCustomAttribute<HasValueAttribute>()!.Value,
                Convert.ToInt64(property.PropertyType.GetProperty("Value")!.GetValue(property.GetValue(null)), System.Globalization.CultureInfo.InvariantCulture))),
    ];

    [Theory]
    [MemberData(nameof(EachNamedConstant))]
    public void A_named_constant_is_the_number_that_its_contract_says(string name, long said, long actual) => Assert.True(said == actual, $"{name} is {actual}, not {said}");

    [Fact]
    public void There_are_named_constants() => Assert.NotEmpty(EachNamedConstant);

    // From everything masked, since local_daif_restore needs I and F set.
    [Theory]
    [InlineData(nameof(DaifFlags.Process))]
    [InlineData(nameof(DaifFlags.ProcessNoIrq))]
    [InlineData(nameof(DaifFlags.Error))]
    public void A_DAIF_word_masks_what_its_contract_says(string name) => Run(() =>
    {
        PropertyInfo property = typeof(DaifFlags).GetProperty(name)!;
        MaskWordAttribute said = property.GetCustomAttribute<MaskWordAttribute>()!;
        LocalDaif.Mask();
        LocalDaif.Restore((DaifFlags)property.GetValue(null)!);
        Situation situation = ThisCpu.Situation;
        Assert.Equal(said.Masked, situation.Masked & (Mask.Irq | Mask.Daif));
        Assert.Equal(said.Unmasked, situation.Unmasked & (Mask.Irq | Mask.Daif));
    });

    [Theory]
    [InlineData(0xe0)]
    [InlineData(0xc0)]
    [InlineData(0xf0)]
    [InlineData(0x88)]
    public void A_PMR_value_masks_what_its_contract_says(byte value) => Run(() =>
    {
        PriorityMaskWrite write = Operation.Of(typeof(Icc), nameof(Icc.WritePmr)).Contract.PriorityMask!;
        Icc.WritePmr(new Pmr(value));
        Assert.Equal((write.MaskedBy(value) & Mask.Irq) == 0, ThisCpu.State.Pmr.Passes(Priority.Irq));
        Assert.Equal((write.MaskedBy(value) & Mask.Nmi) == 0, ThisCpu.State.Pmr.Passes(Priority.Nmi));
    });

    // On a GICv2 the two words are the same number, and it goes well; with priority masking IRQON, as a DAIF word, masks interrupts.
    [Theory]
    [InlineData("gicv2", false)]
    [InlineData("gicv3-pnmi", true)]
    public void A_word_of_local_irq_save_given_to_local_daif_restore_is_one_breach(string profile, bool staysMasked) =>
        Assert.Equal([(LawIds.FlagKind, "LocalDaif.Restore")], Breaches(MachineProfile.Find(profile)!, () =>
        {
            LocalDaif.Restore(LocalIrq.Save().ReinterpretAsDaifFlags());
            Assert.Equal(staysMasked, LocalIrq.IrqsDisabled());
        }));

    [Fact]
    public void A_PMR_value_that_holds_back_NMIs_is_a_breach_unless_DAIF_does()
    {
        Assert.Equal([(LawIds.NmiMasked, "Icc.WritePmr")], Breaches(static () => Icc.WritePmr(new Pmr(0x80))));
        Assert.Empty(Breaches(static () =>
        {
            LocalDaif.Mask();
            Icc.WritePmr(new Pmr(0x80));
        }));
    }

    [Fact]
    public void Waiting_behind_the_priority_mask_is_a_breach_and_behind_DAIF_is_not()
    {
        Assert.Equal([(LawIds.IdleMasked, "Processor.Wfi")], Breaches(static () =>
        {
            LocalIrq.Disable();
            Processor.Wfi();
        }));
        Assert.Empty(Breaches(MachineProfile.GicV3Irq, static () =>
        {
            LocalIrq.Disable();
            Processor.Wfi();
        }));
    }

    [Fact]
    public void Letting_NMIs_in_after_a_special_INTID_is_a_breach() => Assert.Equal([(LawIds.MaskUnready, "LocalDaif.Restore")], Breaches(static () =>
    {
        Install(s_nmi, static _ => IrqReturn.Handled, nmi: true);
        Assert.Equal(Errno.Ok, Irq.SetHandleIrq(HandleTwice));
        LocalIrq.Disable();
        Raise(s_nmi);
    }));

    // Acknowledges once more than there are interrupts: the second time IAR returns 1023.
    private static void HandleTwice()
    {
        Pmr interrupted = Icc.ReadPmr();
        Icc.MaskIrqs();
        IntId nmi = Icc.ReadIar1();
        if (!nmi.IsSpecial)
        {
            Icc.WriteEoir1(nmi);
            _ = Irq.GenericHandleDomainNmi(nmi);
        }

        Assert.Equal(IntId.Spurious, Icc.ReadIar1());
        LocalDaif.Restore(DaifFlags.ProcessNoIrq);
        Icc.WritePmr(interrupted);
    }
}
