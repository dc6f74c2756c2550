using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0317: priority masking used without asking for it.</summary>
public sealed class IRQ0317CapabilityNotAskedTests
{
    private const string Id = "IRQ0317";

    [Fact]
    public Task Another_place_of_the_type_asks() => Verify.Reported(
        Id,
        """
        static class Arch
        {
            [RunsIn(Context.HardIrq)]
            public static void Enter()
            {
                if (CpuFeatures.UsesIrqPrioMasking)
                {
                    Icc.MaskIrqs();
                }
            }

            [RunsIn(Context.HardIrq)]
            public static void EnterFromUser() => [|Icc.MaskIrqs()|];
        }
        """,
        "'Icc.MaskIrqs' needs a machine with 'irq-prio-masking', and code here also runs on machines without. Ask first.");

    [Fact]
    public Task A_driver_of_one_controller_need_not_ask() => Verify.Valid("""
        static class GicV3Only
        {
            [RunsIn(Context.HardIrq)]
            public static void Enter() => Icc.MaskIrqs();
        }
        """);

    [Theory]
    [InlineData("if (!CpuFeatures.UsesIrqPrioMasking) { return; } Icc.MaskIrqs();")]
    [InlineData("bool masking = CpuFeatures.UsesIrqPrioMasking; if (masking) { Icc.MaskIrqs(); }")]
    [InlineData("if (CpuFeatures.UsesIrqPrioMasking && CpuFeatures.HasVhe) { Icc.MaskIrqs(); }")]
    [InlineData("if (CpuFeatures.UsesIrqPrioMasking) { Mask(); }")]
    public Task Each_way_to_ask(string body) => Verify.Valid($$"""
        static class Arch
        {
            [RunsIn(Context.HardIrq)]
            public static void Enter()
            {
                {{body}}
            }

            private static void Mask() => Icc.MaskIrqs();
        }
        """);

    [Fact]
    public Task The_wrong_branch() => Verify.Reported(Id, """
        static class Arch
        {
            [RunsIn(Context.HardIrq)]
            public static void Enter()
            {
                if (CpuFeatures.UsesIrqPrioMasking)
                {
                    return;
                }

                [|Icc.MaskIrqs()|];
            }
        }
        """);

    // A static key, or a flag that was set from the capability: nothing is known of it.
    [Fact]
    public Task Under_another_condition_nothing_is_said() => Verify.Valid("""
        class Arch
        {
            private readonly bool _masks = CpuFeatures.UsesIrqPrioMasking;

            [RunsIn(Context.HardIrq)]
            public void Enter()
            {
                if (_masks)
                {
                    Icc.MaskIrqs();
                }
            }

            [RunsIn(Context.HardIrq)]
            public void Leave()
            {
                if (!_masks)
                {
                    return;
                }

                Icc.MaskIrqs();
            }
        }
        """);

    [Fact]
    public Task A_method_that_declares_it_leaves_it_to_its_callers() => Verify.Reported(Id, """
        static class Arch
        {
            [RequiresCapability("irq-prio-masking")]
            public static void MaskByPmr() => Icc.MaskIrqs();

            [RunsIn(Context.HardIrq)]
            public static void Good()
            {
                if (CpuFeatures.UsesIrqPrioMasking)
                {
                    MaskByPmr();
                }
            }

            [RunsIn(Context.HardIrq)]
            public static void Bad() => [|MaskByPmr()|];
        }
        """);
}
