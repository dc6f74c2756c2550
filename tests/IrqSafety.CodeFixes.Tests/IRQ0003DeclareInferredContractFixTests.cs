using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using IrqSafety.CodeFixes.Contracts;
using IrqSafety.Rules;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>What is written says what was inferred: nothing is found any longer in the library, and its users are judged as if they saw its code.</summary>
public sealed class IRQ0003DeclareInferredContractFixTests
{
    private const string Id = "IRQ0003";

    [Fact]
    public Task A_lock_that_callers_cannot_see_gets_a_name_that_they_can() => Fixes(
        """
        using IrqSafety.Runtime;

        namespace Gic;

        public sealed class Its
        {
            private readonly RawSpinLock _lock = new();

            // Maps an event.
            public void [|Map|]()
            {
                using (_lock.Lock())
                {
                }
            }

            public void [|Unmap|]() => Map();
        }
        """,
        """
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        [assembly: DeclareLockClass("its_lock", LockKind.RawSpin)]

        namespace Gic;

        public sealed class Its
        {
            [LockClass(Alias = "its_lock")]
            private readonly RawSpinLock _lock = new();

            // Maps an event.
            [Takes("this.its_lock")]
            public void Map()
            {
                using (_lock.Lock())
                {
                }
            }

            [Takes("this.its_lock")]
            public void Unmap() => Map();
        }
        """);

    [Fact]
    public Task Beside_what_is_declared_already() => Fixes(
        """
        using System;
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        [assembly: DeclareLockClass("ap_list_lock", LockKind.RawSpin)]

        public sealed class Vgic
        {
            [LockClass(Alias = "ap_list_lock")]
            private readonly RawSpinLock _list = new();

            [LockClass(Level = 2)]
            private readonly RawSpinLock _irq = new();

            [Obsolete]
            public void [|Kick|]()
            {
                using (_list.Lock())
                using (_irq.Lock())
                {
                }
            }

            public int Pending { [|get|] { using (_list.LockIrqSave()) { return 0; } } }
        }
        """,
        """
        using System;
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        [assembly: DeclareLockClass("ap_list_lock", LockKind.RawSpin)]
        [assembly: DeclareLockClass("vgic_irq", LockKind.RawSpin)]

        public sealed class Vgic
        {
            [LockClass(Alias = "ap_list_lock")]
            private readonly RawSpinLock _list = new();

            [LockClass(Alias = "vgic_irq", Level = 2)]
            private readonly RawSpinLock _irq = new();

            [Obsolete]
            [Takes("this.ap_list_lock")]
            [Takes("this.vgic_irq")]
            [TakesInOrder("this.ap_list_lock", "this.vgic_irq")]
            public void Kick()
            {
                using (_list.Lock())
                using (_irq.Lock())
                {
                }
            }

            public int Pending { [Takes("this.ap_list_lock")] get { using (_list.LockIrqSave()) { return 0; } } }
        }
        """);

    [Fact]
    public Task Pairs_flags_needs_and_contexts() => Fixes(
        """
        // Licence.

        public sealed class Desc
        {
            private readonly IrqSafety.Runtime.RawSpinLock _lock = new();
            private readonly IrqSafety.Runtime.WaitQueue _queue = new();

            public IrqSafety.Runtime.IrqFlags [|Enter|]() => _lock.AcquireIrqSave();

            public void [|Leave|](IrqSafety.Runtime.IrqFlags flags) => _lock.ReleaseIrqRestore(flags);

            public void [|Wake|]() => _queue.WakeUp();

            private void Both() => Leave(Enter());
        }
        """,
        """
        // Licence.

        using IrqSafety.Contracts;

        [assembly: DeclareLockClass("desc_lock", LockKind.RawSpin)]

        public sealed class Desc
        {
            [LockClass(Alias = "desc_lock")]
            private readonly IrqSafety.Runtime.RawSpinLock _lock = new();
            private readonly IrqSafety.Runtime.WaitQueue _queue = new();

            [SavesMask(Mask.Irq)]
            [SetsMask(Mask.Irq, true)]
            [Acquires("this.desc_lock")]
            public IrqSafety.Runtime.IrqFlags Enter() => _lock.AcquireIrqSave();

            [RestoresMask(Mask.Irq, From = nameof(flags))]
            [Releases("this.desc_lock")]
            public void Leave(IrqSafety.Runtime.IrqFlags flags) => _lock.ReleaseIrqRestore(flags);

            [ForbiddenIn(Context.AnyNmi, Because = "calls WaitQueue.WakeUp")]
            public void Wake() => _queue.WakeUp();

            private void Both() => Leave(Enter());
        }
        """);

    // In the type "Mask" is a method.
    [Fact]
    public Task A_name_that_means_something_else_there_stays_whole() => Fixes(
        """
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        public static class Chip
        {
            public static void [|Mask|]() => LocalIrq.Disable();
        }
        """,
        """
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        public static class Chip
        {
            [SetsMask(global::IrqSafety.Contracts.Mask.Irq, true)]
            public static void Mask() => LocalIrq.Disable();
        }
        """);

    [Fact]
    public Task A_returned_guard() => Fixes(
        """
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        public sealed class Desc
        {
            public RawSpinLock Lock { get; } = new();

            public IrqSaveLockGuard [|Hold|]() => {|IRQ0104:Lock.LockIrqSave()|};
        }
        """,
        """
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        public sealed class Desc
        {
            public RawSpinLock Lock { get; } = new();

            [SetsMask(Mask.Irq, true)]
            [Acquires("this.Lock")]
            [return: Guard(Holds = "this.Lock", Restores = Mask.Irq)]
            public IrqSaveLockGuard Hold() => Lock.LockIrqSave();
        }
        """);

    [Fact]
    public Task Nothing_is_offered_where_two_locks_would_get_one_name() => CodeFixVerifier.NotOffered(
        new IRQ0003DeclareInferredContractFix(),
        Id,
        [
            """
            using IrqSafety.Runtime;

            public sealed class Pair
            {
                private readonly RawSpinLock _a = new(), _b = new();
                public void [|First|]() { using (_a.Lock()) { } }
            }
            """,
        ],
        TestContext.Current.CancellationToken);

    [Fact]
    public Task Nothing_is_offered_where_attributes_cannot_say_it() => CodeFixVerifier.NotOffered(
        new IRQ0003DeclareInferredContractFix(),
        Id,
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            [assembly: LockOrder("v1", "F:Its._lock", "F:Its._other")]

            public sealed class Its
            {
                private readonly RawSpinLock _lock = new();
                public void [|Map|](RawSpinLock given) { using (given.Lock()) { } using (_lock.Lock()) { } }
            }
            """,
        ],
        TestContext.Current.CancellationToken);

    private const string Library = """
        using IrqSafety.Runtime;

        public sealed class Its
        {
            private readonly RawSpinLock _lock = new();
            private readonly Mutex _requests = new();
            private readonly RawSpinLock _pending = new();

            public void Map()
            {
                using (_lock.Lock())
                {
                }
            }

            public LockGuard Freeze() => _lock.Lock();

            public void Account()
            {
                using (_pending.Lock())
                {
                }
            }

            public void Drain()
            {
                using (_pending.Lock())
                using (_lock.Lock())
                {
                }
            }

            public void Flush()
            {
                using (_requests.Lock())
                {
                    Map();
                }
            }
        }
        """;

    [Fact]
    public Task A_lock_order_inversion_through_a_library_is_found_once_the_library_declares() => FoundAfterTheFix("IRQ0101", """
        using IrqSafety.Runtime;

        public sealed class Vlpi(Its its)
        {
            private readonly RawSpinLock _list = new();

            public void Route()
            {
                using (_list.Lock())
                {
                    its.Map();
                }
            }

            public void Freeze()
            {
                using (its.Freeze())
                using ([|_list.Lock()|])
                {
                }
            }
        }
        """);

    // Half of the ring stands in the library, where its users cannot see it.
    [Fact]
    public Task So_is_one_of_which_the_library_itself_has_one_half() => FoundAfterTheFix("IRQ0101", """
        public sealed class Vlpi(Its its)
        {
            public void Route() => its.Drain();

            public void Freeze()
            {
                using (its.Freeze())
                {
                    [|its.Account()|];
                }
            }
        }
        """);

    [Fact]
    public Task So_is_sleeping_in_atomic_context() => FoundAfterTheFix("IRQ0116", """
        using IrqSafety.Runtime;

        public sealed class Vlpi(Its its)
        {
            private readonly RawSpinLock _list = new();

            public void Route()
            {
                using (_list.Lock())
                {
                    [|its.Flush()|];
                }
            }
        }
        """);

    [Fact]
    public Task So_is_the_same_lock_taken_again() => FoundAfterTheFix("IRQ0103", """
        public sealed class Vlpi(Its its)
        {
            public void Route()
            {
                using (its.Freeze())
                {
                    [|its.Map()|];
                }
            }
        }
        """);

    [Fact]
    public Task So_is_another_lock_of_its_class_but_not_as_the_same_lock() => FoundAfterTheFix("IRQ0115", """
        public sealed class Vlpi(Its first, Its second)
        {
            public void Route()
            {
                using (first.Freeze())
                {
                    [|second.Map()|];
                }
            }
        }
        """);

    [Fact]
    public Task So_is_a_guard_that_nobody_ends_and_legal_uses_stay_silent() => FoundAfterTheFix("IRQ0104", """
        using IrqSafety.Runtime;

        public sealed class Vlpi(Its its)
        {
            private readonly RawSpinLock _list = new();

            public void Leak(bool now)
            {
                LockGuard guard = [|its.Freeze()|];
                if (now)
                {
                    guard.Dispose();
                }
            }

            public void Legal()
            {
                its.Flush();
                using (its.Freeze())
                using (_list.Lock())
                {
                }

                its.Map();
            }
        }
        """);

    // What the rules say of the user's code, compiled against the library as it was and as it is with every contract declared.
    private static async Task FoundAfterTheFix(string rule, string user)
    {
        IReadOnlyList<string> library = await CodeFixVerifier.Fixed(new IRQ0003DeclareInferredContractFix(), Id, [Library], TestContext.Current.CancellationToken);
        string contracted = Assert.Single(library);
        await AnalyzerVerifier.Verify(Id, [contracted], cancellation: TestContext.Current.CancellationToken);
        string unmarked = user.Replace("[|", "", System.StringComparison.Ordinal).Replace("|]", "", System.StringComparison.Ordinal);
        foreach (bool asReferenceAssembly in new[] { false, true })
        {
            MetadataReference before = TestCompilation.Library(Library, asReferenceAssembly);
            MetadataReference after = TestCompilation.Library(contracted, asReferenceAssembly);
            await AnalyzerVerifier.Verify(rule, [unmarked], references: [before], cancellation: TestContext.Current.CancellationToken);
            await AnalyzerVerifier.Verify(rule, [user], references: [after], cancellation: TestContext.Current.CancellationToken);
        }

        // As if it saw the code: the build tier over both together finds it as well.
        IReadOnlyList<Diagnostic> together = await AnalyzerVerifier.Analyze(TestCompilation.Of([Library, unmarked]), TestContext.Current.CancellationToken);
        string law = Catalogue.Rule(rule).Law;
        Assert.True(rule is "IRQ0104" || together.Any(finding => finding.Properties[Fingerprint.LawProperty] == law), string.Join("\n", together));
    }

    private static Task Fixes(string before, string after) => CodeFixVerifier.Verify(
        new IRQ0003DeclareInferredContractFix(), Id, [before], [after], "Declare the inferred contract", TestContext.Current.CancellationToken);
}

/// <summary>What the build infers across types is declared in the same way.</summary>
public sealed class IRQ0053DeclareInferredContractFixTests
{
    [Fact]
    public Task Of_what_another_type_calls() => CodeFixVerifier.Verify(
        new IRQ0053DeclareInferredContractFix(),
        "IRQ0053",
        [
            """
            using IrqSafety.Runtime;

            internal sealed class Its
            {
                private readonly RawSpinLock _lock = new();

                public void [|Map|]()
                {
                    using (_lock.Lock())
                    {
                    }
                }
            }

            internal sealed class Vlpi
            {
                private readonly Its _its = new();

                public void Route() => _its.Map();
            }
            """,
        ],
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            internal sealed class Its
            {
                private readonly RawSpinLock _lock = new();

                [Takes("this._lock")]
                public void Map()
                {
                    using (_lock.Lock())
                    {
                    }
                }
            }

            internal sealed class Vlpi
            {
                private readonly Its _its = new();

                public void Route() => _its.Map();
            }
            """,
        ],
        "Declare the inferred contract",
        TestContext.Current.CancellationToken);
}
