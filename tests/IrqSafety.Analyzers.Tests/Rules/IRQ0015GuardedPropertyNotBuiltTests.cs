using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0015: why a partial property with a contract of data cannot be built. None of these compiles, which is why it is asked.</summary>
public sealed class IRQ0015GuardedPropertyNotBuiltTests
{
    private const string Usings = "using System;\nusing IrqSafety.Contracts;\nusing IrqSafety.Runtime;\nstatic class Locks { public static readonly SpinLock All = new(); }\n";

    [Theory]
    [InlineData("partial class C { [GuardedBy(\"Locks.All\")] public partial int [|this|][int i] { get; set; } }", "this[]", "an indexer has no one cell: put the contract on an array of Shared<T>")]
    [InlineData("partial class C { [GuardedBy(\"Locks.All\")] public partial ref int [|One|] { get; } }", "One", "what is returned by reference is touched behind its back: return it by value")]
    [InlineData("partial class C { [GuardedBy(\"Locks.All\")] public partial Span<int> [|One|] { get; set; } }", "One", "a cell cannot hold 'Span<int>'")]
    [InlineData("partial class C { [GuardedBy(\"Locks.All\")] public partial int [|One|] { get; } }", "One", "it needs a get and a set accessor, or nobody can both write and read it")]
    [InlineData("partial class C { [WriteOnce(\"boot\")] public partial int [|One|] { get; init; } }", "One", "it is written before there is a machine: use set")]
    [InlineData("partial struct C { [GuardedBy(\"Locks.All\")] public partial int [|One|] { get; set; } }", "One", "only an object of a class is one and the same to everybody who touches it: put it in a class")]
    [InlineData("class C { partial class In { [GuardedBy(\"Locks.All\")] public partial int [|One|] { get; set; } } }", "One", "'C' is not partial")]
    [InlineData("partial class C { [GuardedBy(\"Locks.All\")] public partial int [|One|] { get; set; } int __One; }", "One", "'__One' is the name of its cell, and taken")]
    public Task Reported(string source, string property, string why) => AnalyzerVerifier.Verify(
        "IRQ0015",
        [Usings + source],
        [$"The partial property '{property}' has a contract of data, but cannot be built on a cell of the model: {why}"],
        mustCompile: false,
        cancellation: TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("partial class C { [GuardedBy(\"Locks.All\")] public partial int One { get; set; } }")]
    [InlineData("partial struct C { public partial int One { get; set; } }")]
    [InlineData("partial struct C { [GuardedBy(\"Locks.All\")] public partial int One { get; set; } public partial int One { get => 1; set { } } }")]
    public Task Silent_where_it_can_be_built_is_not_asked_for_or_is_there(string source) => AnalyzerVerifier.Verify(
        null,
        [Usings + source],
        mustCompile: false,
        cancellation: TestContext.Current.CancellationToken);
}
