using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace IrqSafety.Analyzers.Tests.Robustness;

/// <summary>A program against the model that compiles and makes no sense: locks, masks, branches, loops, handlers, lambdas, in any nesting.</summary>
/// <param name="Files">One class each.</param>
internal sealed partial record RandomProgram(IReadOnlyList<string> Files)
{
    private const int Methods = 3;
    private const int Deepest = 4;

    private static readonly string[] Simple =
    [
        "raw.Acquire();", "raw.Release();", "other.Acquire();", "other.Release();", "spin.Acquire();", "spin.Release();", "flags = raw.AcquireIrqSave();",
        "raw.ReleaseIrqRestore(flags);", "flags = spin.AcquireIrqSave();", "spin.ReleaseIrqRestore(flags);", "plain++;", "n--;", "guarded = n;", "n = guarded;",
        "cell.WriteOnce(n);", "n = cell.ReadOnce();", "work.Queue();", "stored = () => M1(flag, n);", "Irq.EnableNmi(line);", "Printk.Direct($\"{n}\");",
        "M0(flag, n);", "M1(!flag, n - 1);", "M2(flag, 3);", "next.M0(flag, n);", "next.M2(false, n);", "flag = raw.TryAcquire();", "stored?.Invoke();", "table[n & 7] = other;", "table[n & 7].Acquire();",
    ];

    // A and B stand for statements, @ for a number that no other name has. Nothing here may not stand in a finally block.
    private static readonly string[] Compound =
    [
        "if (flag) { A } else { B }", "if (n > 3 && flag) { A }", "while (n > 0) { A n--; }", "for (int i@ = 0; i@ < n; i@++) { A if (i@ == 2) { break; } B }",
        "using (raw.Lock()) { A }", "using (spin.LockIrqSave()) { A } B", "using (var held@ = other.LockIrqSave()) { A }", "using (sleeping.Lock()) { A }",
        "try { A } finally { B }", "try { A } catch (InvalidOperationException) when (flag) { B }", "switch (n) { case 1: A break; case > 5: B break; default: break; }",
        "if (raw.TryAcquire()) { A raw.Release(); }", "void Local@() { A } B Local@();", "Action call@ = () => { A }; B call@();", "do { A } while (n-- > 0 && !flag);",
        "foreach (RawSpinLock one@ in table) { one@.Acquire(); A one@.Release(); }", "lock (gate) { A } B", "{ using var until@ = raw.Lock(); A }", "n = flag ? guarded : n switch { > 2 => plain, _ => 0 }; A",
    ];

    private static readonly string[] Ends = ["", "return;", "throw new InvalidOperationException();"];

    private static readonly string[] Contexts =
        ["", "", "[RunsIn(Context.HardIrq)]", "[RunsIn(Context.Task)]", "[RunsIn(Context.PseudoNmi)]", "[RunsIn(Context.SoftIrq)]", "[NmiSafe]", "[RequiresHeld(\"raw\")]", "[MayBlock]"];

    public static Arbitrary<RandomProgram> Arbitrary { get; } = Arb.From(
        from count in Gen.Choose(1, 4)
        from bodies in Gen.ListOf(Gen.ListOf(Body(), Methods), count)
        from contexts in Gen.ListOf(Gen.Elements(Contexts), count * Methods)
        select new RandomProgram([.. bodies.Select((body, type) => Class(type, count, [.. body], [.. contexts.Skip(type * Methods).Take(Methods)]))]));

    public override string ToString() => string.Join("\n", Files);

    private static Gen<string> Body() =>
        from statements in Statements(0)
        from end in Gen.Elements(Ends)
        select statements + " " + end;

    private static Gen<string> Statements(int depth) =>
        from count in Gen.Choose(1, depth == 0 ? 6 : 3)
        from statements in Gen.ListOf(Statement(depth), count)
        select string.Join("\n", statements);

    private static Gen<string> Statement(int depth) => depth == Deepest
        ? Gen.Elements(Simple)
        : Gen.Frequency(
            (3, Gen.Elements(Simple)),
            (2, from form in Gen.Elements(Compound)
                from number in Gen.Choose(1, int.MaxValue - 1)
                from first in Statements(depth + 1)
                from second in Statements(depth + 1)
                select Placeholder().Replace(form, place => place.Value switch { "A" => first, "B" => second, _ => $"{number}" })));

    private static string Class(int type, int count, string[] bodies, string[] contexts)
    {
        string methods = string.Concat(bodies.Select((body, index) => $"{contexts[index]} public void M{index}(bool flag, int n)\n{{ IrqFlags flags = default;\n{body}\n}}\n"));
        return $$"""
            using System; using IrqSafety.Contracts; using IrqSafety.Runtime;
            class T{{type}}
            {
                readonly RawSpinLock raw = new(), other = new();
                readonly SpinLock spin = new();
                readonly Mutex sleeping = new();
                readonly object gate = new();
                readonly RawSpinLock[] table = new RawSpinLock[8];
                readonly Shared<int> cell = new(0);
                readonly IrqWork work;
                readonly T{{(type + 1) % count}} next = null!;
                static readonly IntId line = new(40);
                [GuardedBy("raw")] int guarded;
                int plain;
                Action? stored;
                public T{{type}}() { work = new IrqWork(() => M0(true, 1)); Irq.RequestIrq(line, Handle, IrqRequestFlags.None, "t"); }
                IrqReturn Handle(IntId id) { M1(true, 2); return IrqReturn.Handled; }
            {{methods}}
            }
            """;
    }

    [GeneratedRegex(@"\b[AB]\b|@")]
    private static partial Regex Placeholder();
}
