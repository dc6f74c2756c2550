using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0001MalformedContractTests
{
    [Theory]
    [InlineData("Acquires(\"this.\")", "'this.' has no member name after '.' at position 5")]
    [InlineData("MayBlock(When = \"mode\")", "'mode' is not 'parameter == constant' or 'parameter != constant'")]
    [InlineData("MayBlock(When = \"mood == true\")", "there is no parameter 'mood'")]
    [InlineData("MayBlock(When = \"mode == Nowhere\")", "'DayOfWeek' has no member 'Nowhere'")]
    [InlineData("Transition(\"percpu-line\", \"stroke\", Of = \"line\")", "protocol 'percpu-line' has no event 'stroke'; it has 'request-nmi', 'prepare-nmi', 'enable-nmi', 'disable-nmi', 'teardown-nmi', 'free-nmi', 'request-irq', 'enable-irq', 'disable-irq', 'free-irq'")]
    [InlineData("Transition(\"percpu-line\", \"free-nmi\", Of = \"queue\")", "there is no parameter 'queue'")]
    [InlineData("Transition(\"percpu-line\", \"free-nmi\", Of = \"mode\", Unless = \"IsNone\")", "there is no member 'IsNone' in 'DayOfWeek'")]
    [InlineData("FollowedBy(\"isb\", Law = \"gic.barriers\")", "there is no law 'gic.barriers'; leave it out for an order of the program's own")]
    [InlineData("Expresses(\"queue\")", "there is no parameter 'queue'")]
    [InlineData("RestoresMask(Mask.Irq, From = \"flags\")", "there is no parameter 'flags'")]
    [InlineData("NmiSafeAlternative(\"Elsewhere\")", "there is no member 'Elsewhere' in 'Driver'")]
    [InlineData("NmiSafe, MayBlock", "it is declared safe from NMI, and may block")]
    [InlineData("NmiSafe, ForbiddenIn(Context.PseudoNmi)", "it is declared safe from NMI, and forbidden there")]
    [InlineData("LegalIn(Context.Any), ForbiddenIn(Context.HardIrq)", "it is declared legal and forbidden in an interrupt")]
    public Task Reported(string attributes, string problem)
    {
        string[] list = attributes.Split("], [");
        string marked = attributes.Contains("), ") || attributes.StartsWith("NmiSafe, ")
            ? "[{|IRQ0001:" + attributes.Split(", ", 2)[0] + "|}, " + attributes.Split(", ", 2)[1] + "]"
            : "[{|IRQ0001:" + list[0] + "|}]";
        return Verify.Reported("IRQ0001", $$"""
            class Driver
            {
                {{marked}}
                public void Method(int line, DayOfWeek mode) { }
            }
            """, $"The contract on 'Method' cannot be used: {problem}");
    }

    [Fact]
    public Task Reported_for_a_guard_that_can_outlive_its_section() => Verify.Reported("IRQ0001", """
        sealed class Section : IDisposable { [Disposes] public void Dispose() { } }

        ref struct Scope { [Disposes] public void Dispose() { } }

        class Driver
        {
            [return: [|Guard(Restores = Mask.Preemption)|]]
            public Section Enter() => new();

            [return: Guard(Restores = Mask.Preemption)]
            public Scope Begin() => default;
        }
        """,
        "The contract on 'Enter' cannot be used: 'Section' stands for a held lock or a mask, so it must be a ref struct: anything else can be kept where nobody ends it");

    [Fact]
    public Task Reported_unknown_protocol() => Verify.Reported("IRQ0001", """
        class Driver { [[|Transition("tea", "pour")|]] public void Method() { } }
        """);

    [Fact]
    public Task Valid_contracts_on_methods_properties_and_parameters() => Verify.Valid("""
        class Driver
        {
            private readonly RawSpinLock stateLock = new();

            [RequiresHeld("this.stateLock")] public int State { get; set; }
            [Acquires("other.stateLock")] public void Take(Driver other) { other.stateLock.Acquire(); }
            [Takes("console")] public void Print() { Printk.Direct(""); }
            [MayBlock(When = "mode == DayOfWeek.Friday && really != false")] public void Wait(DayOfWeek mode, bool really) { }
        }
        """);

    [Fact]
    public Task Reported_on_data_whose_contract_cannot_be_read_or_says_nothing() => Verify.Reported("IRQ0001", """
        class Driver
        {
            private readonly RawSpinLock _lock = new();
            [[|GuardedBy("_lock..inner")|]] private int _one;
            [[|GuardedBy|]] private int _two;
            [GuardedBy(ReadAny = new[] { "_lock" })] private int _three;
            [[|GuardedBy("_lock", All = new[] { "_lock" })|]] public int Four { get; set; }
            [[|WriteOnce("")|]] private int _five;
            [GuardedBy("_lock")] private int _six;
            [WriteOnce("boot")] private int _seven;

            public override string ToString() => $"{_lock}";
        }
        """);
}
