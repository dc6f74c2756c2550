using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Flow;

/// <summary>Operations hold all that the compiler knows of their file, so a body that was judged keeps none, and can be followed all the same.</summary>
public sealed class LetGoTests
{
    private const string Source = """
        using IrqSafety.Contracts;
        public sealed class Device
        {
            private int _count;

            [RunsIn(Context.Task)]
            public int Add(int by, Device other)
            {
                if (by > 0)
                {
                    _count += by;
                    return other.Add(0, this);
                }

                return _count;
            }
        }
        """;

    private static readonly CSharpCompilation s_compilation = CSharpCompilation.Create(
        "Program",
        [CSharpSyntaxTree.ParseText(Source)],
        [MetadataReference.CreateFromFile(typeof(object).Assembly.Location), MetadataReference.CreateFromFile(typeof(IrqSafety.Contracts.RunsInAttribute).Assembly.Location)]);

    [Fact]
    public void Operations_are_free_once_a_body_was_let_go()
    {
        ContractedCompilation contracts = ContractedCompilation.TryCreate(s_compilation, new AnalyzerOptions([]), CancellationToken.None)!;
        (Body body, WeakReference operations) = Collect();
        Assert.True(operations.IsAlive);

        body.LetGo(contracts, isFollowedAgain: true);
        GC.Collect();

        Assert.False(operations.IsAlive);
        GC.KeepAlive(body);
    }

    [Fact]
    public void What_rules_ask_of_a_body_is_the_same_before_and_after()
    {
        ContractedCompilation contracts = ContractedCompilation.TryCreate(s_compilation, new AnalyzerOptions([]), CancellationToken.None)!;
        (Body body, _) = Collect();
        (Body gone, _) = Collect();

        gone.LetGo(contracts, isFollowedAgain: true);

        Assert.Equal(body.EmittedCalls.Select(call => call.Syntax.ToString()), gone.EmittedCalls.Select(call => call.Syntax.ToString()));
        Assert.Equal(["other.Add(0, this)"], gone.EmittedCalls.Select(call => call.Syntax.ToString()));
        Assert.Equal(["_count", "_count"], gone.References.Select(one => one.Member.Name));
        Assert.Equal(body.Facts(contracts).Calls, gone.Facts(contracts).Calls);
        Assert.Null(gone.Facts(contracts).Makes);
        Assert.Equal(body.Blocks!.Value.Length, gone.Blocks!.Value.Length);
        Assert.Equal(
            new Scope(contracts, [body]).ResultOf(body).Calls.Select(call => call.Operation),
            new Scope(contracts, [gone]).ResultOf(gone).Calls.Select(call => call.Operation));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (Body Body, WeakReference Operations) Collect()
    {
        SyntaxTree tree = s_compilation.SyntaxTrees[0];
        MethodDeclarationSyntax method = tree.GetRoot(CancellationToken.None).DescendantNodes().OfType<MethodDeclarationSyntax>().Single();
        SemanticModel model = s_compilation.GetSemanticModel(tree);
        IOperation root = model.GetOperation(method, CancellationToken.None)!;
        return (Body.In(model.GetDeclaredSymbol(method, CancellationToken.None)!, root).First(), new WeakReference(root));
    }
}
