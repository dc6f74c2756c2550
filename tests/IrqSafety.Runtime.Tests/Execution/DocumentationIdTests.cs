using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace IrqSafety.Runtime.Tests;

/// <summary>The same members as the compiler's symbols and as loaded members: one text.</summary>
public sealed class DocumentationIdTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private const string Source = """
        using System;
        using System.Collections.Generic;

        public class Global { public void M() { } }

        namespace N
        {
            public interface IFoo<T> { void Do(T value); int this[T key] { get; } }

            public unsafe class Plain : IFoo<int>
            {
                public Plain() { }
                public Plain(string name) { }
                static Plain() { }
                public void None() { }
                public int Arrays(int[] one, int[,] two, int[][,] jagged, string[,,][] other) => 0;
                public void Refs(ref int a, out string b, in long c, ref readonly Guid d) { b = ""; }
                public void Pointers(int* p, void** q) { }
                public void Nullables(int? a, string? b, dynamic c, nint d, (int A, string B) e) { }
                public void Spans(ReadOnlySpan<byte> bytes, params object[] rest) { }
                public ref int RefReturn(int[] a) => ref a[0];
                public static implicit operator int(Plain p) => 0;
                public static explicit operator Plain(string s) => new();
                public static Plain operator +(Plain a, Plain b) => a;
                public int Property { get; set; }
                public int this[int i, string s] => 0;
                void IFoo<int>.Do(int value) { }
                int IFoo<int>.this[int key] => key;
            }

            public class Generic<T, U>
            {
                public void Use(T t, U[] u, List<T> list, Dictionary<string, List<U>> map) { }
                public V Method<V, W>(V v, W[] w, Func<T, V> f, ref List<W> l) => v;
                public Generic<T, U> Same(Generic<U, T> other) => this;
                public T? Value { get; set; }

                public class Inner<X>
                {
                    public void Deep(T t, X x, Inner<T> self, Generic<X, string>.Inner<U> other, Generic<T, U>.Leaf leaf) { }
                }

                public class Leaf { public void M(Leaf l, Inner<int> tail) { } }
            }

            public partial class Extra { }
            public struct S : IEquatable<S> { public bool Equals(S other) => true; bool IEquatable<S>.Equals(S other) => true; }
            public record R(int A, string B);
            public delegate void D<in T>(T t);
        }
        """;

    [Fact]
    public void They_are_what_the_compiler_says()
    {
        MetadataReference[] references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Sample",
            [CSharpSyntaxTree.ParseText(Source, cancellationToken: TestContext.Current.CancellationToken)],
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        image.Position = 0;
        var context = new AssemblyLoadContext("documentation IDs", isCollectible: true);
        Assembly assembly = context.LoadFromStream(image);
        string[] loaded = [.. Members(assembly).Order(StringComparer.Ordinal)];
        string[] symbols = [.. Symbols(compilation.Assembly.GlobalNamespace).Order(StringComparer.Ordinal)];
        Assert.Contains("M:N.Generic`2.Method``2(``0,``1[],System.Func{`0,``0},System.Collections.Generic.List{``1}@)", symbols);
        Assert.Equal(symbols, loaded);
        context.Unload();
    }

    [Fact]
    public void Constructed_members_have_the_ID_of_their_definition()
    {
        MethodInfo queue = typeof(IrqWork<string>).GetMethod("Queue")!;
        Assert.Equal("M:IrqSafety.Runtime.IrqWork`1.Queue(`0)", DocumentationId.Of(queue));
        MethodInfo add = typeof(SharedNumbers).GetMethod("FetchAdd")!.MakeGenericMethod(typeof(int));
        Assert.Equal("M:IrqSafety.Runtime.SharedNumbers.FetchAdd``1(IrqSafety.Runtime.Shared{``0},``0)", DocumentationId.Of(add));
        Assert.Equal("P:IrqSafety.Runtime.PerCpu`1.This", DocumentationId.Of(typeof(PerCpu<int>).GetProperty("This")!));
    }

    private static IEnumerable<string> Members(Assembly assembly)
    {
        foreach (Type type in assembly.GetTypes().Where(type => type.Namespace is "N" or null && !typeof(Delegate).IsAssignableFrom(type) && !type.Name.StartsWith('<')))
        {
            foreach (MethodBase method in type.GetMembers(Declared).OfType<MethodBase>())
            {
                yield return DocumentationId.Of(method);
            }

            foreach (PropertyInfo property in type.GetProperties(Declared))
            {
                yield return DocumentationId.Of(property);
            }
        }
    }

    private static IEnumerable<string> Symbols(INamespaceOrTypeSymbol container)
    {
        foreach (ISymbol member in container.GetMembers())
        {
            switch (member)
            {
                // The default constructor of a struct is not in metadata.
                case IMethodSymbol { MethodKind: MethodKind.Constructor, IsImplicitlyDeclared: true, ContainingType.TypeKind: TypeKind.Struct }:
                    break;
                case IMethodSymbol or IPropertySymbol:
                    yield return member.GetDocumentationCommentId()!;
                    break;
                case INamespaceSymbol or INamedTypeSymbol { TypeKind: not TypeKind.Delegate }:
                    foreach (string id in Symbols((INamespaceOrTypeSymbol)member))
                    {
                        yield return id;
                    }

                    break;
            }
        }
    }
}
