using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Threading.Tasks;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0102AgainstDeclaredOrderTests
{
    // The order of the vGIC's locks: Linux moved the LPI table's lock out of the list lock's in 2025.
    private const string Versions = """
        [assembly: DeclareLockClass("its_lock", LockKind.Mutex)]
        [assembly: DeclareLockClass("ap_list_lock", LockKind.RawSpin)]
        [assembly: DeclareLockClass("lpi_xa_lock", LockKind.RawSpin)]
        [assembly: DeclareLockClass("irq_lock", LockKind.RawSpin)]
        [assembly: LockOrder("kvm-6.12", "its_lock", "ap_list_lock", "lpi_xa_lock", "irq_lock")]
        [assembly: LockOrder("kvm-6.18", "its_lock", "lpi_xa_lock", "ap_list_lock", "irq_lock")]

        """;

    private const string Vgic = """
        class Vgic
        {
            [LockClass(Alias = "ap_list_lock")] private readonly RawSpinLock listLock = new();
            [LockClass(Alias = "lpi_xa_lock")] private readonly RawSpinLock lpiLock = new();
            [LockClass(Alias = "irq_lock")] private readonly RawSpinLock irqLock = new();

            public void ListFirst()
            {
                using (listLock.Lock())
                using (lpiLock.Lock())
                {
                }
            }
        }
        """;

    [Fact]
    public Task Reported_where_locks_are_taken_in_reverse_directly_and_in_a_callee() => Verify.Reported("IRQ0102", Versions + """
        class Vgic
        {
            [LockClass(Alias = "ap_list_lock")] private readonly RawSpinLock listLock = new();
            [LockClass(Alias = "irq_lock")] private readonly RawSpinLock irqLock = new();

            public void Prune()
            {
                irqLock.Acquire();
                [|listLock.Acquire()|];
                listLock.Release();
                irqLock.Release();
            }

            public void Queue()
            {
                using (irqLock.Lock())
                {
                    Kick();
                }
            }

            private void Kick()
            {
                using ([|listLock.Lock()|])
                {
                }
            }
        }
        """,
        "'Prune' takes 'Vgic.listLock' while 'Vgic.irqLock' is held, against the declared order (kvm-6.12: ap_list_lock → lpi_xa_lock → irq_lock). Take 'Vgic.listLock' before 'Vgic.irqLock'.",
        "'Kick' takes 'Vgic.listLock' while 'Vgic.irqLock' is held, against the declared order (kvm-6.12: ap_list_lock → lpi_xa_lock → irq_lock). Take 'Vgic.listLock' before 'Vgic.irqLock'.");

    [Fact]
    public Task Reported_through_a_chain_of_locks_that_no_order_speaks_of() => Verify.Reported("IRQ0102", Versions + """
        class Vgic
        {
            [LockClass(Alias = "ap_list_lock")] private readonly RawSpinLock listLock = new();
            [LockClass(Alias = "irq_lock")] private readonly RawSpinLock irqLock = new();
            private readonly RawSpinLock statsLock = new();

            public void Count()
            {
                using (irqLock.Lock())
                using (statsLock.Lock())
                {
                }
            }

            public void Dump()
            {
                using (statsLock.Lock())
                using ([|listLock.Lock()|])
                {
                }
            }
        }
        """,
        "'Dump' takes 'Vgic.listLock' while 'Vgic.statsLock' is held, 'Count' takes 'Vgic.statsLock' while 'Vgic.irqLock' is held, against the declared order (kvm-6.12: ap_list_lock → lpi_xa_lock → irq_lock). Take 'Vgic.listLock' before 'Vgic.irqLock'.");

    [Fact]
    public Task Reported_once_where_both_orders_occur_and_one_of_them_is_declared() => Verify.Reported("IRQ0102", Versions + """
        class Vgic
        {
            [LockClass(Alias = "ap_list_lock")] private readonly RawSpinLock listLock = new();
            [LockClass(Alias = "irq_lock")] private readonly RawSpinLock irqLock = new();

            public void Right()
            {
                using (listLock.Lock())
                using (irqLock.Lock())
                {
                }
            }

            public void Wrong()
            {
                using (irqLock.Lock())
                using ([|listLock.Lock()|])
                {
                }
            }
        }
        """);

    [Fact]
    public Task Reported_against_levels() => Verify.Reported("IRQ0102", """
        class Xen
        {
            [LockClass(Level = 10)] private readonly SpinLock vgicLock = new();
            [LockClass(Level = 20)] private readonly SpinLock descLock = new();

            public void Wrong()
            {
                using (descLock.Lock())
                using ([|vgicLock.Lock()|])
                {
                }
            }

            public void Right()
            {
                using (vgicLock.Lock())
                using (descLock.Lock())
                {
                }
            }
        }
        """,
        "'Wrong' takes 'Xen.vgicLock' while 'Xen.descLock' is held, against the declared order (level 10 → level 20). Take 'Xen.vgicLock' before 'Xen.descLock'.");

    [Fact]
    public Task Reported_in_the_build_where_the_locks_are_taken_in_different_types() => Verify.Reported("IRQ0152", Versions + """
        class Irqs
        {
            [LockClass(Alias = "irq_lock")] private readonly RawSpinLock irqLock = new();

            public void Each(Lists lists)
            {
                using (irqLock.Lock())
                {
                    lists.Kick();
                }
            }
        }

        class Lists
        {
            [LockClass(Alias = "ap_list_lock")] private readonly RawSpinLock listLock = new();

            public void Kick()
            {
                using ([|listLock.Lock()|])
                {
                }
            }
        }
        """);

    [Theory]
    [InlineData("kvm-6.12", null)]
    [InlineData("kvm-6.18", "'ListFirst' takes 'Vgic.lpiLock' while 'Vgic.listLock' is held, against the declared order (kvm-6.18: lpi_xa_lock → ap_list_lock). Take 'Vgic.lpiLock' before 'Vgic.listLock'.")]
    [InlineData("kvm-6.12, kvm-6.18", "'ListFirst' takes 'Vgic.lpiLock' while 'Vgic.listLock' is held, against the declared order (kvm-6.18: lpi_xa_lock → ap_list_lock). Take 'Vgic.lpiLock' before 'Vgic.listLock'.")]
    [InlineData("kvm-7", null)]
    [InlineData(null, null)]
    public async Task The_profile_in_editorconfig_holds_and_without_one_what_all_agree_on(string? profile, string? message) => Assert.Equal(
        message is null ? [] : [message],
        await Messages(profile, Versions + Vgic));

    [Fact]
    public Task Valid_in_the_declared_order_with_an_attempt_and_with_a_common_outer_lock() => Verify.Valid(Versions + """
        class Vgic
        {
            [LockClass(Alias = "its_lock")] private readonly Mutex itsLock = new();
            [LockClass(Alias = "ap_list_lock")] private readonly RawSpinLock listLock = new();
            [LockClass(Alias = "irq_lock")] private readonly RawSpinLock irqLock = new();
            private readonly RawSpinLock gateLock = new();
            private readonly RawSpinLock statsLock = new();

            public void Nested()
            {
                using (itsLock.Lock())
                using (listLock.Lock())
                using (irqLock.Lock())
                {
                }
            }

            public void Attempt()
            {
                using (irqLock.Lock())
                {
                    if (listLock.TryLock(out LockGuard list))
                    {
                        list.Dispose();
                    }
                }
            }

            public void Retake()
            {
                irqLock.Acquire();
                irqLock.Release();
                listLock.Acquire();
                irqLock.Acquire();
                irqLock.Release();
                listLock.Release();
            }

            public static void GatedOne(Vgic one)
            {
                using (one.irqLock.Lock())
                using (one.statsLock.Lock())
                {
                }
            }
        }

        static class Gated
        {
            [LockClass(Alias = "ap_list_lock")] private static readonly RawSpinLock outer = new();
            [LockClass(Alias = "irq_lock")] private static readonly RawSpinLock inner = new();
            private static readonly RawSpinLock gate = new();
            private static readonly RawSpinLock between = new();

            public static void One()
            {
                using (gate.Lock())
                using (inner.Lock())
                using (between.Lock())
                {
                }
            }

            public static void Other()
            {
                using (gate.Lock())
                using (between.Lock())
                using (outer.Lock())
                {
                }
            }
        }
        """);

    private static async Task<string[]> Messages(string? profile, string source)
    {
        CSharpCompilation compilation = TestCompilation.Of(["using System;\nusing IrqSafety.Contracts;\nusing IrqSafety.Runtime;\n" + source]);
        TestCompilation.MustCompile(compilation);
        CompilationWithAnalyzers run = compilation.WithAnalyzers(AnalyzerVerifier.All, new AnalyzerOptions([], new Config(profile)));
        IEnumerable<Diagnostic> found = await run.GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return [.. found.OrderBy(one => one.Location.SourceSpan.Start).Select(one => one.GetMessage(System.Globalization.CultureInfo.InvariantCulture))];
    }

    private sealed class Config(string? profile) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Options(null);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Options(profile);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class Options(string? profile) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
            {
                value = key == "irqsafety.lock_order" ? profile : null;
                return value is not null;
            }
        }
    }
}
