using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Robustness;

/// <summary>
/// Every construct of the language that the compiler in this process knows, in code that a handler reaches, so that the engine follows it. Each
/// class goes through one part of the language; what newer compilers know is in <see cref="NewestLanguageTests"/>.
/// </summary>
public sealed class EveryConstructTests
{
    [Fact]
    public async Task Declarations_of_every_kind() => Assert.Contains(await Analyze(""""
        using System.Collections.Generic;
        using System.Diagnostics.CodeAnalysis;
        using System.Runtime.CompilerServices;
        using Pair = (int Left, string Right);
        using unsafe Pointer = int*;

        file interface IShape<TSelf> where TSelf : IShape<TSelf>
        {
            static abstract TSelf Make();
            static virtual int Sides => 0;
            int Default() { Printk.Direct("x"); return TSelf.Sides; }
        }

        file readonly record struct Square(int Side) : IShape<Square>
        {
            public static Square Make() => new(1);
            public static Square operator checked -(Square one) => new(checked(-one.Side));
            public static Square operator -(Square one) => new(-one.Side);
            public static explicit operator checked byte(Square one) => checked((byte)one.Side);
            public static explicit operator byte(Square one) => (byte)one.Side;
            public static Square operator >>>(Square one, int by) => new(one.Side >>> by);
            public static bool operator true(Square one) => one.Side != 0;
            public static bool operator false(Square one) => one.Side == 0;
        }

        abstract record Base(string Name) { public required int Level { get; init; } protected abstract void Work(ref readonly int value, scoped Span<int> rest); }

        sealed record Derived(string Name, RawSpinLock Lock) : Base(Name)
        {
            [SetsRequiredMembers] public Derived() : this("derived", new()) { Level = 1; }
            protected override void Work(ref readonly int value, scoped Span<int> rest) { using (Lock.Lock()) { rest[0] = value; } }
            public void Go(params ReadOnlySpan<int> many) { int one = 1; Work(in one, [1, .. many]); }
            public override string ToString() => $"{(this with { Level = 2 }).Level:N2}" + $$"""{{{Name}}}""" + """ "raw" """;
        }

        ref struct Window<T>(Span<T> rest) : IDisposable where T : struct
        {
            public ref T First = ref rest[0];
            readonly Span<T> rest = rest;
            public readonly int Length => rest.Length;
            public void Dispose() { First = new T(); }
        }

        class Anything<T> where T : allows ref struct { public void Use(scoped T value) { } }

        [InlineArray(4)] struct Four { RawSpinLock first; }
        enum Small : byte { None = 0, All = 0b1111_0000 }
        delegate ref readonly int Pick(in int one, out int two, ref int three, scoped ReadOnlySpan<int> rest = default);

        static class Outer<T> where T : class?, new()
        {
            public static class Inner<U> where U : unmanaged, Enum { public static U Value = default; public const string Text = nameof(Value); }
        }

        static class Extending { public static T Make<T, U>(this U from) where T : class, new() where U : notnull => new(); }

        partial class Parts
        {
            public partial int Level { get; set; }
            public partial int this[int index] { get; }
            private partial void Hook(int by = 3);
        }

        partial class Parts
        {
            private int level;
            public partial int Level { get => level; set => level = value; }
            public partial int this[int index] => index;
            private partial void Hook(int by) { level += by; }
            extern static void Native();
            static Parts() { }
            ~Parts() { Hook(); }
            public event Action? Simple;
            event EventHandler? Custom { add { Simple += () => value?.Invoke(this, EventArgs.Empty); } remove { Simple = null; } }
            public static implicit operator int(Parts one) => one.level;
            public int Length => 3;
            public int Count => 3;
            public Parts Slice(int start, int length) => this;

            [RunsIn(Context.PseudoNmi)]
            void Handle(Derived derived) { derived.Go(1, 2); Hook(); Level = this[2]; Custom += delegate { }; s_waiters.Wait(() => level > 0); }
            static readonly WaitQueue s_waiters = new();
        }
        """"), IsSleepInNmi);

    [Fact]
    public async Task Statements_and_expressions_of_every_kind_reached_by_a_handler() => Assert.Contains(await Analyze(""""
        using System.Collections.Generic;
        using System.Linq;
        using System.Threading;
        using System.Threading.Tasks;

        class Statements
        {
            readonly RawSpinLock stateLock = new();
            readonly Lock gate = new();
            static readonly WaitQueue s_waiters = new();
            readonly List<int> list = [1, 2, 3];
            static int s_static;
            [ThreadStatic] static int s_own;
            volatile int seen;
            unsafe delegate*<int, void> pointer;

            [RunsIn(Context.PseudoNmi)]
            unsafe void Handle(object? o, int n, string? text)
            {
                n += o switch
                {
                    int[] and [] => 0,
                    int[] and [1, .. var middle, > 3 or < -1] when middle.Length > 0 => 1,
                    (int a, var b) => a,
                    string { Length: var length and not 0 } => length,
                    System.Collections.ICollection { Count: 1 } and IEnumerable<int> => 2,
                    not null => 3,
                    _ => throw new InvalidOperationException(),
                };
                if (o is not (string or null) && o is { } thing && thing is var same && n is >= 1 and < 10) { n = same.GetHashCode(); }
                text ??= o as string ?? text?[..^1]?.Trim() ?? default(string) ?? "\e[0m"u8.Length.ToString();
                (n, text) = (n + 1, text + nameof(Handle));
                (int x, (_, string? y)) = (1, (2, text));
                Label: checked { n <<= 1; n >>>= 2; n %= 7; n ^= x; n = ~n; n = -n; n = unchecked(n * n); }
                for (int i = 0, j = n; i < j; i++, j--) { if (i == 3) continue; if (j == 4) goto Label; }
                foreach (ref readonly int one in new ReadOnlySpan<int>(list.ToArray())) { n += one; }
                foreach (var (key, value) in new Dictionary<int, int> { [1] = 2 }) { n += key * value; }
                switch (n) { case 1: goto case 2; case 2: goto default; case > 5 when text is [.., 'x']: break; default: n = 0; break; }
                do { n--; } while (n > 0 || seen != 0);
                try { try { throw new Exception(); } catch (Exception e) when (e is { Message: "x" }) { throw; } catch { n = 1; } finally { n = 2; } } catch (InvalidOperationException) { }
                lock (gate) { s_static++; s_own++; Interlocked.Increment(ref s_static); Volatile.Write(ref n, 3); }
                using (stateLock.Lock()) { Local(ref n); }
                using var held = stateLock.LockIrqSave();
                static void Static() { } void Local(ref int by) { by++; Static(); Recursive(by); void Recursive(int left) { if (left > 0) Recursive(left - 1); } }
                Func<int, int, int> add = static (a, _) => a; var inferred = (int a = 3, params int[] rest) => a + rest.Length;
                Action<int> assigned = Statics; assigned += delegate (int unused) { }; assigned -= Statics; assigned?.Invoke(inferred(1) + add(1, 2));
                fixed (int* p = &s_static, q = list.ToArray()) { *p = p[0] + *q + sizeof(int); pointer = &Statics; pointer(*p); int* r = stackalloc int[] { 1, 2 }; r++; }
                var query = from a in list join b in list on a equals b into both from c in both.DefaultIfEmpty() let d = c * 2 where d > 1 orderby d descending, a group d by a into g select new { g.Key, Sum = g.Sum() };
                int[,] square = { { 1, 2 }, { 3, 4 } }; int[][] jagged = [[1], [.. list, n]]; square[1, 0] = jagged[^1][0];
                ref int alias = ref square[0, 0]; alias = ref n; alias++;
                object boxed = (object)n; dynamic late = boxed; late.Call(late[1]).Member = 3;
                var anonymous = new { n, text, Inner = new { o } }; var copy = anonymous with { n = 2 };
                Type type = typeof(Dictionary<,>); var tuple = (First: 1, Second: "2"); if (tuple == (1, "2") && tuple.First != n) { return; }
                string interpolated = $"{n,5:x8}{(o is null ? "a" : "b")}" + $@"{text}\"; char c2 = interpolated is { Length: > 0 } ? interpolated[^1] : '\u0041';
                int? maybe = n > 3 ? null : n; n = maybe.GetValueOrDefault() + (maybe + 1 ?? 0) + (int)(maybe ?? 3L) + c2; bool not = !maybe.HasValue & true | false ^ true;
                Range range = 1..^2; Index index = ^1; _ = list[index]; _ = text[range]; _ = type; _ = copy; _ = query; _ = not;
                Point point; Point* at = &point; at->X = 1; (*at).Y = at->X; n = point.Y;
                s_waiters.Wait(() => n2 > 0);
            }

            int n2;
            static void Statics(int n) { }
            IEnumerable<int> Iterate() { using (stateLock.Lock()) { yield return 1; } try { yield return 2; } finally { n2 = 3; } yield break; }
            async System.Threading.Tasks.Task<int> Later(CancellationToken token) { await using var s = new System.IO.MemoryStream(); await foreach (int one in Numbers(token).ConfigureAwait(false)) { return await System.Threading.Tasks.Task.FromResult(one); } return 1; }
            async IAsyncEnumerable<int> Numbers([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token = default) { await System.Threading.Tasks.Task.Yield(); yield return 1; }
            struct Point { public int X, Y; }
        }
        """"), IsSleepInNmi);

    // Each program says at its end what must be found, so that the engine is known to have come that far.
    private static bool IsSleepInNmi(Diagnostic found) => found.Id.StartsWith("IRQ", StringComparison.Ordinal)
        && found.Location.SourceTree!.GetText().ToString(found.Location.SourceSpan).Contains("Wait", StringComparison.Ordinal);

    private static Task<IReadOnlyList<Diagnostic>> Analyze(string source)
    {
        Compilation compilation = TestCompilation.Of(["using System;\nusing IrqSafety.Contracts;\nusing IrqSafety.Runtime;\n" + source]);
        TestCompilation.MustCompile(compilation);
        return AnalyzerVerifier.Analyze(compilation, TestContext.Current.CancellationToken);
    }
}
