using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Contracts.Files;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Contracts;

public sealed class BaseClassLibraryTests
{
    [Fact]
    public void Every_line_can_be_read_and_names_a_member_of_the_running_framework()
    {
        CSharpCompilation compilation = TestCompilation.Of([]);
        Assert.Empty(ContractFiles.Shipped.Problems);
        ContractedCompilation contracts = ContractedCompilation.TryCreate(compilation, new Microsoft.CodeAnalysis.Diagnostics.AnalyzerOptions([]), TestContext.Current.CancellationToken)!;
        List<string> problems = [.. ContractFiles.Shipped.Lines.Values.SelectMany(line => ContractLineProblems.Of(line, contracts)).Select(problem => problem.Text)];
        Assert.Empty(problems);
        Assert.True(ContractFiles.Shipped.Lines.Count > 1000, $"{ContractFiles.Shipped.Lines.Count} lines");
    }

    [Fact]
    public void Every_line_is_found_from_the_symbol_it_speaks_of()
    {
        CSharpCompilation compilation = TestCompilation.Of([]);
        ContractedCompilation contracts = ContractedCompilation.TryCreate(compilation, new Microsoft.CodeAnalysis.Diagnostics.AnalyzerOptions([]), TestContext.Current.CancellationToken)!;
        List<string> lost =
        [
            .. ContractFiles.Shipped.Lines.Values
                .Where(line => ContractLineProblems.SymbolOf(line.Target, compilation) is not { } symbol || contracts.Source.Of(symbol).IsEmpty)
                .Select(line => line.Target),
        ];
        Assert.Empty(lost);
    }

    [Theory]
    [InlineData("System.Threading.Thread.Sleep(1)", "Thread.Sleep")]
    [InlineData("System.Threading.Monitor.Enter(gate)", "Monitor.Enter")]
    [InlineData("System.Threading.Monitor.Wait(gate)", "Monitor.Wait")]
    [InlineData("Console.WriteLine(1)", "Console.WriteLine")]
    [InlineData("System.IO.File.WriteAllText(\"log\", \"text\")", "File.WriteAllText")]
    [InlineData("task.Wait()", "Task.Wait")]
    [InlineData("semaphore.Wait()", "SemaphoreSlim.Wait")]
    [InlineData("own.Enter()", "Lock.Enter")]
    [InlineData("_ = own.EnterScope()", "Lock.EnterScope")]
    [InlineData("_ = new System.IO.FileStream(\"log\", System.IO.FileMode.Open)", "new FileStream")]
    public Task What_waits_is_a_sleep_in_an_interrupt(string statement, string name) => Verify.Reported("IRQ0116", Handler("HardIrq", $"[|{statement.Replace("_ = ", "")}|]", statement.StartsWith("_ = ", System.StringComparison.Ordinal) ? "_ = " : ""),
        $"'{name}' may sleep, but runs in an interrupt. Move it to task context, or defer it to a work queue.");

    [Fact]
    public Task A_lock_statement_waits() => Verify.Reported("IRQ0116", """
        class Driver
        {
            private readonly object _gate = new();

            [RunsIn(Context.HardIrq)]
            public void Handle()
            {
                lock ([|_gate|])
                {
                }
            }
        }
        """, "'Monitor.Enter' may sleep, but runs in an interrupt. Move it to task context, or defer it to a work queue.");

    [Fact]
    public Task A_lock_statement_over_a_Lock_waits() => Verify.Reported("IRQ0116", """
        class Driver
        {
            private readonly System.Threading.Lock _gate = new();

            [RunsIn(Context.HardIrq)]
            public void Handle()
            {
                lock ([|_gate|])
                {
                }
            }
        }
        """, "'Lock.EnterScope' may sleep, but runs in an interrupt. Move it to task context, or defer it to a work queue.");

    [Theory]
    [InlineData("System.Threading.Thread.Sleep(1)")]
    [InlineData("System.Threading.Monitor.Enter(gate)")]
    [InlineData("_ = string.Concat(\"a\", task.ToString())")]
    [InlineData("list.Add(1)")]
    [InlineData("System.Threading.Monitor.Pulse(gate)")]
    public Task What_waits_wakes_or_allocates_is_not_safe_in_an_NMI(string statement) => Verify.Reported("IRQ0202", Handler("PseudoNmi", $"[|{statement.Replace("_ = ", "")}|]", statement.StartsWith("_ = ", System.StringComparison.Ordinal) ? "_ = " : ""));

    [Theory]
    [InlineData("System.Threading.Interlocked.Increment(ref count)")]
    [InlineData("System.Threading.Volatile.Write(ref count, Math.Max(1, 2))")]
    [InlineData("_ = System.Threading.Monitor.TryEnter(gate)")]
    [InlineData("_ = System.Numerics.BitOperations.PopCount(3u)")]
    public Task What_is_one_instruction_or_never_waits_is_safe(string statement) => Verify.Valid(Handler("PseudoNmi", statement, ""));

    [Fact]
    public Task The_same_calls_in_a_task_are_legal() => Verify.Valid(Handler("Task", "System.Threading.Thread.Sleep(1); Console.WriteLine(2); lock (gate) { list.Add(1); }", ""));

    // The model without a contract in the code: what ships must not be a reason to look at it.
    [Fact]
    public Task What_says_nothing_of_contexts_is_left_alone() => Verify.Valid("""
        class Program
        {
            public void Main() { System.Threading.Thread.Sleep(1); }
        }
        """);

    private static string Handler(string context, string statement, string before) => $$"""
        class Driver
        {
            private readonly object gate = new();
            private readonly System.Threading.Tasks.Task task = System.Threading.Tasks.Task.CompletedTask;
            private readonly System.Threading.SemaphoreSlim semaphore = new(1);
            private readonly System.Collections.Generic.List<int> list = [];
            private readonly System.Threading.Lock own = new();
            private int count;

            [RunsIn(Context.{{context}})]
            public void Handle()
            {
                {{before}}{{statement}};
            }
        }
        """;
}
