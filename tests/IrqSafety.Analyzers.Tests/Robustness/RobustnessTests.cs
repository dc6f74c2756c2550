using System;
using System.Diagnostics;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Robustness;

/// <summary>The analyzers never throw, end, and are silent about code that has nothing to do with interrupts.</summary>
public sealed class RobustnessTests
{
    [Fact]
    public Task Recursive_code() => Verify.Valid("""
        class Recursive
        {
            readonly RawSpinLock stateLock = new();
            Recursive? next;
            int Property => Property;
            int this[int index] => this[index + 1];

            public Recursive() : this(1) { }
            Recursive(int n) { next = new Recursive(n - 1); }

            [RunsIn(Context.PseudoNmi)]
            public void A() { B(); A(); Local(); void Local() { Local(); A(); } }
            public void B() { C(() => B()); A(); }
            public void C(Action action) { action(); C(action); D<int>(0); }
            public T D<T>(T value) { stateLock.Acquire(); D(value); stateLock.Release(); return D<T>(D(value)); }
            public static bool operator ==(Recursive left, Recursive right) => left == right;
            public static bool operator !=(Recursive left, Recursive right) => left != right;
            public override bool Equals(object? o) => Equals(o);
            public override int GetHashCode() => GetHashCode();
        }
        """);

    [Theory]
    [InlineData("class C { [RunsIn(Context.PseudoNmi) void M( { Printk.Direct(; } }")]
    [InlineData("class C { [RunsIn(Nothing)] void M() { undefined.Call(unknown, ; } int P { get => ; } }")]
    [InlineData("class C { [RunsIn(\"text\")] [Acquires(1)] [Transition] [RejectsFlag(null!, new[] { 1 })] void M(int a, int a) { M(a: 1, b: 2); } }")]
    [InlineData("class C : C { void M() { var x = x; goto nowhere; for (;;) { break } } }")]
    [InlineData("class C { IntId line; void M() { if (Irq.RequestPercpuNmi(line, , \"\") == ) { Irq.EnablePercpuNmi(); } using (var g = ) { } } }")]
    [InlineData("[assembly: DeclareLockClass] class C { [Takes(\"x\")] extern void M(); partial void N(); [LockClass(Alias = null)] RawSpinLock l; void P() { l.Acquire(); } }")]
    public async Task Code_that_does_not_compile(string source)
    {
        Compilation compilation = TestCompilation.Of(["using System; using IrqSafety.Contracts; using IrqSafety.Runtime; " + source]);
        Assert.Contains(compilation.GetDiagnostics(TestContext.Current.CancellationToken), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

        Exception? thrown = await Record.ExceptionAsync(() => AnalyzerVerifier.Analyze(compilation, TestContext.Current.CancellationToken));

        Assert.Null(thrown);
    }

    [Fact]
    public Task Every_kind_of_statement_and_expression() => Verify.Reported("IRQ0202", """
        using System.Collections.Generic;
        using System.Linq;
        using System.Threading.Tasks;

        class Everything
        {
            event Action? Changed;
            readonly Dictionary<string, int> map = new() { ["a"] = 1 };
            static readonly int[] Table = [1, 2, .. new[] { 3 }];

            [RunsIn(Context.PseudoNmi)]
            unsafe int All(object? o, ref int r, out string s, params int[] rest)
            {
                s = $"{o,10:x} {r}";
                (int a, string b) = (1, "x");
                (a, b) = (a + 1, b + "y");
                int t = o switch { int i when i > 3 => i, string { Length: > 2 and < 9 } text => text.Length, null => 0, _ => 1 };
                try { checked { a += t; } } catch (Exception e) when (e.Message.Length > 1) { throw; } finally { r++; }
                foreach ((string key, int value) in map) { if (value > 3) continue; goto done; }
                done:
                lock ([|map|]) { a <<= 1; }
                fixed (int* p = Table) { a += *p; }
                Func<int, int> f = x => { int Inner(int y) => y + a; return Inner(x); };
                using var stream = new System.IO.MemoryStream();
                var q = from x in rest where x > 1 orderby x select new { x };
                Changed?.Invoke();
                o ??= new List<int> { [|1|], [|2|] };
                int? n = rest.Length > 0 ? rest[^1] : null;
                var slice = rest[1..];
                do { a--; } while (a > 0 && n is not null);
                switch (a) { case 1: case 2 when r > 1: break; default: return default; }
                dynamic d = a; d.Foo(1);
                return f(a) + (n ?? 0) + slice.Length + nameof(All).Length + sizeof(int) + q.Count();
            }

            async Task<int> Later() { await Task.Yield(); await foreach (int i in Numbers()) { return i; } return 1; }
            async IAsyncEnumerable<int> Numbers() { yield return 1; await Task.Yield(); }
            IEnumerable<int> Some() { yield return 1; yield break; }
            ~Everything() { }
        }

        record struct Point(int X, int Y) { public Point() : this(1, 2) { } public static Point operator +(Point a, Point b) => a with { X = b.X }; }
        """);

    [Fact]
    public async Task Large_unrelated_code_without_findings_in_little_time()
    {
        var source = new StringBuilder("using System;\nusing System.Collections.Generic;\n");
        for (int type = 0; type < 60; type++)
        {
            source.Append($"class Unrelated{type} {{ int state; readonly List<int> items = new();\n");
            for (int method = 0; method < 25; method++)
            {
                source.Append($"int Method{method}(int n, bool flag) {{ int sum = 0; for (int i = 0; i < n; i++) {{ if (flag) sum += i; else if (items.Count > i) sum -= items[i]; }} while (sum > n) {{ sum--; state++; }} return sum > 3 ? Method{(method + 1) % 25}(n - 1, !flag) : sum; }}\n");
            }

            source.Append("}\n");
        }

        Compilation compilation = TestCompilation.Of([source.ToString(), "class One { [IrqSafety.Contracts.RunsIn(IrqSafety.Contracts.Context.PseudoNmi)] void Handle() { } }"]);
        TestCompilation.MustCompile(compilation);
        var watch = Stopwatch.StartNew();

        Assert.Empty(await AnalyzerVerifier.Analyze(compilation, TestContext.Current.CancellationToken));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task Many_branches_end()
    {
        string branches = string.Concat(Enumerable.Range(0, 60).Select(i => $"if (f{i}) {{ stateLock.Acquire(); }} while (f{i}) {{ n++; if (n == {i}) break; }} if (f{i}) {{ stateLock.Release(); }}\n"));
        string parameters = string.Join(", ", Enumerable.Range(0, 60).Select(i => $"bool f{i}"));

        await Verify.Valid($"class Branches {{ readonly RawSpinLock stateLock = new(); void Run({parameters}, int n) {{ {branches} }} }}");
    }

    [Fact]
    public async Task Findings_are_the_same_in_whatever_order_the_files_come()
    {
        string[] sources =
        [
            "class Even { readonly Odd odd = new(); public readonly RawSpinLock Lock = new(); public void Go(int n) { if (n == 0) { Lock.Acquire(); return; } odd.Go(n - 1, this); } }",
            "class Odd { readonly RawSpinLock own = new(); public void Go(int n, Even even) { using (own.Lock()) { even.Go(n - 1); } } public void Back(Even even) { using (even.Lock.Lock()) using (own.Lock()) { } } }",
            "class Start { readonly Even even = new(); [RunsIn(Context.PseudoNmi)] void Handle() { even.Go(3); Helper.Report(); } }",
            "static class Helper { static readonly WaitQueue q = new(); public static void Report() => q.WakeUp(); public static void Other(Even e) { e.Go(1); Report(); } }",
        ];
        string Usings = "using IrqSafety.Contracts; using IrqSafety.Runtime; ";
        async Task<string> Found(int[] order)
        {
            Compilation compilation = TestCompilation.Of([]).AddSyntaxTrees(order.Select(i => Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree.ParseText(Usings + sources[i], TestCompilation.ParseOptions, $"File{i}.cs", Encoding.UTF8)));
            return string.Join("\n", (await AnalyzerVerifier.Analyze(compilation, TestContext.Current.CancellationToken)).Select(one => one.ToString() + string.Join(",", one.Properties.OrderBy(pair => pair.Key))));
        }

        string first = await Found([0, 1, 2, 3]);
        Assert.Contains("IRQ0252", first);
        Assert.Equal(first, await Found([3, 2, 1, 0]));
        Assert.Equal(first, await Found([2, 0, 3, 1]));
    }

    [Fact]
    public async Task Nothing_happens_without_contract_attributes()
    {
        Compilation compilation = TestCompilation.Of(["class C { void M() { System.Console.WriteLine(); } }"], withModel: false);

        Assert.Null(Analyzers.Contracts.ContractedCompilation.TryCreate(compilation, new AnalyzerOptions([]), TestContext.Current.CancellationToken));
        Assert.Empty(await AnalyzerVerifier.Analyze(compilation, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Nothing_happens_where_the_source_names_nothing_that_has_contracts()
    {
        Compilation compilation = TestCompilation.Of(["namespace Plain { class C { readonly object gate = new(); void M() { lock (gate) { System.Threading.Thread.Sleep(1); } } } }"]);

        Assert.False(Analyzers.Contracts.SourceMentions.Any(compilation, TestContext.Current.CancellationToken));
        Assert.Empty(await AnalyzerVerifier.Analyze(compilation, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("using Acme.Drivers; class C { public void M() => Kernel.OnInterrupt(() => Kernel.Pause()); }")]
    [InlineData("class C { public void M() => Acme.Drivers.Kernel.OnInterrupt(() => Acme.Drivers.Kernel.Pause()); }")]
    [InlineData("namespace Acme.Tools { using Drivers; class C { public void M() => Kernel.OnInterrupt(() => Kernel.Pause()); } }")]
    public async Task A_library_with_contracts_need_not_be_named_by_the_name_of_the_model(string source)
    {
        MetadataReference library = TestCompilation.Library(
            """
            using IrqSafety.Contracts;
            namespace Acme.Drivers
            {
                public static class Kernel
                {
                    public static void OnInterrupt([RunsIn(Context.HardIrq)] System.Action handler) => handler();
                    [MayBlock] public static void Pause() { }
                }
            }
            """,
            asReferenceAssembly: true);

        Assert.Contains(await AnalyzerVerifier.Analyze(TestCompilation.Of([source]).AddReferences(library), TestContext.Current.CancellationToken), one => one.Id == "IRQ0116");
    }

    [Fact]
    public async Task Findings_are_the_same_each_time()
    {
        Compilation compilation = TestCompilation.Of(["""
            using IrqSafety.Contracts; using IrqSafety.Runtime;
            class A { [RunsIn(Context.PseudoNmi)] void H() { X(); Y(); } void X() => Z(); void Y() => Z(); void Z() => Printk.Direct(""); }
            class B { [RunsIn(Context.PseudoNmi)] void H() => C.Go(); }
            static class C { static readonly WaitQueue q = new(); public static void Go() => q.WakeUp(); }
            """]);
        string first = string.Join("\n", await AnalyzerVerifier.Analyze(compilation, TestContext.Current.CancellationToken));
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(first, string.Join("\n", await AnalyzerVerifier.Analyze(compilation.Clone(), TestContext.Current.CancellationToken)));
        }

        Assert.Contains("IRQ0201", first);
        Assert.Contains("IRQ0252", first);
    }
}
