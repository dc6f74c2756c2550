using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Findings;

/// <summary>
/// A site is computed from source by the analyzer and from IL by the simulator. Here code is compiled, its IL is read, and each call, which
/// carries its own number as an argument, must stand at the ordinal that the analyzer gives it.
/// </summary>
public sealed class SiteTests
{
    private const string Shapes = """
        using System;
        using System.Collections.Generic;
        using System.Linq;

        static class Op
        {
            public static bool B(int id) => true;
            public static int I(int id) => id;
            public static Guard G(int id) => default;
        }

        ref struct Guard { public void Dispose() { } }

        class Shapes
        {
            int field = 0;
            void Straight() { Op.B(1); Op.B(2); Op.B(3); }
            void If() { if (Op.B(1)) { Op.B(2); } else { Op.B(3); } Op.B(4); }
            void ElseIf() { if (Op.B(1)) { Op.B(2); } else if (Op.B(3)) { Op.B(4); } else { Op.B(5); } }
            void While() { while (Op.B(1)) { Op.B(2); if (Op.B(3)) { break; } } Op.B(4); }
            void DoWhile() { do { Op.B(1); } while (Op.B(2)); }
            void For() { for (int i = Op.I(0); Op.B(1); i += Op.I(1)) { Op.B(2); if (Op.B(3)) continue; Op.B(4); } }
            void Nested() { for (int i = 0; Op.B(1); Op.B(2)) { while (Op.B(3)) { Op.B(4); } Op.B(5); } }
            bool AndOr() => (Op.B(1) && Op.B(2)) || (Op.B(3) && !Op.B(4));
            bool Conditional() => Op.B(1) ? Op.B(2) : Op.B(3);
            bool NestedConditional() => Op.B(1) ? (Op.B(2) ? Op.B(3) : Op.B(4)) : Op.B(5);
            void Try() { try { Op.B(1); } catch (InvalidOperationException) { Op.B(2); } finally { Op.B(3); } Op.B(4); }
            void Using() { using (Op.G(1)) { Op.B(2); using (Op.G(3)) { Op.B(4); } } Op.B(5); Op.G(6); }
            void UsingDeclaration() { using Guard g = Op.G(1); Op.B(2); if (Op.B(3)) { return; } Op.B(4); }
            void Foreach(List<int> list) { foreach (int i in list) { Op.B(1); if (Op.B(2)) continue; Op.B(3); } Op.B(4); }
            void Switch(int n) { switch (n) { case 1: Op.B(1); break; case 2: Op.B(2); return; default: Op.B(3); break; } Op.B(4); }
            int SwitchExpression(int n) => n switch { 1 => Op.I(1), 2 => Op.I(2), _ => Op.I(3) };
            void Arguments() { Math.Max(Op.I(1), Op.I(2)); Op.I(Op.I(3) + Op.I(4)); }
            void Assignments(int[] a) { a[Op.I(1)] = Op.I(2); field = Op.I(3); a[Op.I(4)] += Op.I(5); }
            void Coalesce(string? s) { string t = s ?? Op.I(1).ToString(); t ??= Op.I(2).ToString(); int? n = s?.IndexOf('x', Op.I(3)); Op.I(4); }
            void Interpolation() { string s = $"{Op.I(1)} {Op.I(2)}"; }
            void Pattern(object o) { if (o is int i && Op.B(1)) { Op.B(2); } if (o is not string) { Op.B(3); } }
            void Return() { if (Op.B(1)) { return; } Op.B(2); if (Op.B(3)) { throw new Exception(Op.I(4).ToString()); } }
            void Goto() { again: Op.B(1); if (Op.B(2)) { goto again; } Op.B(3); }
            void Lock() { lock (this) { Op.B(1); } Op.B(2); }
            void Initializers() { var list = new List<int>(Op.I(1)) { Op.I(2), Op.I(3) }; int[] a = [Op.I(4), Op.I(5)]; }
            int Property { get { Op.B(1); return Op.B(2) ? 1 : 0; } set { Op.B(3); field = Op.I(4); } }
            public Shapes() : this(Op.I(1)) { Op.I(2); }
            public Shapes(int n) { Op.I(1); Op.I(2); }

            void Lambdas()
            {
                int captured = Op.I(1);
                Action plain = () => { Op.B(2); Op.B(3); };
                Action closed = () => { Op.B(captured); Op.I(4); Action inner = () => { Op.I(5); Op.I(captured); }; inner(); Op.I(6); };
                Local(); Other();
                void Local() { Op.I(7); Op.I(8); }
                void Other() { captured++; Op.I(9); Func<int> deep = () => Op.I(10); deep(); }
                Func<int, int> last = x => Op.I(11) + x;
            }

            void LambdasInBlocks(int n)
            {
                if (n > 0) { Action a = () => Op.I(1); a(); }
                if (n > 1) { Run(() => Op.I(2)); }
                for (int i = 0; i < n; i++) { Run(() => Op.I(3) + i); }
                foreach (char c in "ab") { Run(() => Op.I(4)); Run(() => Op.I(5) + c); }
                if (n is int m && m > 3) { Run(() => Op.I(6)); }
                try { Run(() => Op.I(7)); } catch (Exception e) { Run(() => Op.I(8) + e.HResult); }
                using (Op.G(1)) { Run(() => Op.I(9)); }
                lock (this) { Run(() => Op.I(13)); }
                Run(() => Op.I(10) + n);
                while (n-- > 0) { int inner = n; Run(() => Op.I(11) + inner); int Nested() => Op.I(12); Nested(); }
            }

            void Run(Func<int> f) => f();

            IEnumerable<int> Generic<T>(IEnumerable<T> items) where T : class { Op.I(1); return items.Select(_ => { Op.I(2); return Op.I(3); }); }
        }
        """;

    [Fact]
    public void Source_and_il_agree_on_every_site()
    {
        CSharpCompilation compilation = TestCompilation.Of([Shapes]).WithOptions(TestCompilation.Options.WithOptimizationLevel(OptimizationLevel.Debug));
        TestCompilation.MustCompile(compilation);

        IReadOnlyList<string> fromSource = FromSource(compilation);
        IReadOnlyList<string> fromIl = FromIl(compilation);

        Assert.Equal(fromIl, fromSource);
        Assert.True(fromSource.Count > 100, $"{fromSource.Count}");
    }

    private static string[] FromSource(CSharpCompilation compilation)
    {
        SyntaxTree tree = compilation.SyntaxTrees[0];
        SemanticModel model = compilation.GetSemanticModel(tree);
        var sites = new List<string>();
        foreach (SyntaxNode node in tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes())
        {
            if (node is not (BaseMethodDeclarationSyntax or AccessorDeclarationSyntax) || ControlFlowGraph.Create(node, model, TestContext.Current.CancellationToken) is not { } graph)
            {
                continue;
            }

            foreach (Body body in Body.In(model.GetDeclaredSymbol(node)!, graph.OriginalOperation))
            {
                foreach ((SyntaxNode syntax, IMethodSymbol method) in body.EmittedCalls)
                {
                    if (method.ContainingType.Name == "Op" && syntax is InvocationExpressionSyntax { ArgumentList.Arguments: [{ Expression: LiteralExpressionSyntax { Token.Value: int number } }] })
                    {
                        IOperation operation = model.GetOperation(syntax, TestContext.Current.CancellationToken)!;
                        sites.Add($"{Sites.Of(body, OperationPlace.Of(operation), method)} = {number}");
                    }
                }
            }
        }

        return [.. sites.Order(StringComparer.Ordinal)];
    }

    private static string[] FromIl(CSharpCompilation compilation)
    {
        using var stream = new MemoryStream();
        Assert.True(compilation.Emit(stream, cancellationToken: TestContext.Current.CancellationToken).Success);
        stream.Position = 0;
        using var image = new PEReader(stream);
        MetadataReader metadata = image.GetMetadataReader();
        INamedTypeSymbol shapes = compilation.GetTypeByMetadataName("Shapes")!;
        var sites = new List<string>();
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            MethodDefinition method = metadata.GetMethodDefinition(handle);
            string name = metadata.GetString(method.Name);
            if (method.RelativeVirtualAddress == 0 || !IsOfShapes(metadata, method.GetDeclaringType()))
            {
                continue;
            }

            var counts = new Dictionary<string, int>();
            byte[] il = image.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!;
            int constant = -1;
            foreach ((System.Reflection.Emit.OpCode code, int operand) in Instructions(il))
            {
                if (code.OperandType == System.Reflection.Emit.OperandType.InlineMethod && Called(metadata, operand) is { } target)
                {
                    int ordinal = counts.TryGetValue(target, out int count) ? count : 0;
                    counts[target] = ordinal + 1;
                    if (constant >= 0)
                    {
                        sites.Add($"{MemberId(shapes, name, method.GetParameters().Count)}|{target}|{ordinal} = {constant}");
                    }
                }

                constant = Constant(code, operand);
            }
        }

        return [.. sites.Order(StringComparer.Ordinal)];
    }

    private static bool IsOfShapes(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        return metadata.GetString(type.Name) == "Shapes" || (!type.GetDeclaringType().IsNil && IsOfShapes(metadata, type.GetDeclaringType()));
    }

    // The documentation ID of an operation of the test, from its name: their parameters are known.
    private static string? Called(MetadataReader metadata, int token)
    {
        EntityHandle handle = System.Reflection.Metadata.Ecma335.MetadataTokens.EntityHandle(token);
        if (handle.Kind != HandleKind.MethodDefinition)
        {
            return null;
        }

        MethodDefinition method = metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
        return metadata.GetString(metadata.GetTypeDefinition(method.GetDeclaringType()).Name) == "Op" ? $"M:Op.{metadata.GetString(method.Name)}(System.Int32)" : null;
    }

    private static string MemberId(INamedTypeSymbol shapes, string name, int parameters)
    {
        string member = name;
        string suffix = "";
        if (name.StartsWith('<'))
        {
            member = name[1..name.LastIndexOf('>')];
            suffix = "~" + name[(name.LastIndexOfAny(['_', '|']) + 1)..];
            parameters = -1;
        }

        IMethodSymbol symbol = shapes.GetMembers(member).OfType<IMethodSymbol>().Single(one => parameters < 0 || one.Parameters.Length == parameters);
        return symbol.GetDocumentationCommentId() + suffix;
    }

    private static int Constant(System.Reflection.Emit.OpCode code, int operand) => code.Name switch
    {
        "ldc.i4.s" => operand,
        { } name when name.StartsWith("ldc.i4.", StringComparison.Ordinal) && int.TryParse(name[7..], out int value) => value,
        _ => -1,
    };

    private static IEnumerable<(System.Reflection.Emit.OpCode Code, int Operand)> Instructions(byte[] il)
    {
        Dictionary<short, System.Reflection.Emit.OpCode> codes = typeof(System.Reflection.Emit.OpCodes).GetFields().Select(field => (System.Reflection.Emit.OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);
        for (int position = 0; position < il.Length;)
        {
            System.Reflection.Emit.OpCode code = il[position] == 0xfe ? codes[unchecked((short)(0xfe00 | il[position + 1]))] : codes[il[position]];
            position += code.Size;
            int size = code.OperandType switch
            {
                System.Reflection.Emit.OperandType.InlineNone => 0,
                System.Reflection.Emit.OperandType.ShortInlineBrTarget or System.Reflection.Emit.OperandType.ShortInlineI or System.Reflection.Emit.OperandType.ShortInlineVar => 1,
                System.Reflection.Emit.OperandType.InlineVar => 2,
                System.Reflection.Emit.OperandType.InlineI8 or System.Reflection.Emit.OperandType.InlineR => 8,
                System.Reflection.Emit.OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, position)),
                _ => 4,
            };
            yield return (code, size == 4 ? BitConverter.ToInt32(il, position) : size == 1 ? il[position] : 0);
            position += size;
        }
    }
}
