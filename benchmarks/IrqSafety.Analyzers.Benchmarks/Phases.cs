using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using static IrqSafety.Analyzers.Benchmarks.Program;

namespace IrqSafety.Analyzers.Benchmarks;

/// <summary>
/// Where the processor time and the memory go, in this process and without emitting code: the compiler's own diagnostics, then the same with
/// analyzers that do less and less than ours.
/// </summary>
internal static class Phases
{
    /// <summary>Is given the operations of every body and does not look at them.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> BodiesUnread { get; } = [new Bodies(makeGraphs: false)];

    /// <summary>Ours alone, again and again, for a profiler to look at.</summary>
    public static void Repeat(IReadOnlyList<string> sources, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            (double time, double memory) = Measure(sources, InMemory.Analyzers);
            Console.WriteLine($"{Text(time)} ms, {Text(memory)} MiB, gen0 {GC.CollectionCount(0)} gen1 {GC.CollectionCount(1)} gen2 {GC.CollectionCount(2)} pause {GC.GetTotalPauseDuration().TotalMilliseconds}");
        }
    }

    public static void Print(string title, IReadOnlyList<string> sources, int rounds)
    {
        (string Name, ImmutableArray<DiagnosticAnalyzer> Analyzers)[] phases =
        [
            ("compiler alone", []),
            ("bodies, unread", BodiesUnread),
            ("bodies and graphs", [new Bodies(makeGraphs: true)]),
            ("IrqSafety", InMemory.Analyzers),
        ];
        var processor = phases.Select(_ => new List<double>()).ToArray();
        var allocated = phases.Select(_ => new List<double>()).ToArray();
        for (int round = -3; round < rounds; round++)
        {
            for (int phase = 0; phase < phases.Length; phase++)
            {
                (double time, double memory) = Measure(sources, phases[phase].Analyzers);
                if (round >= 0)
                {
                    processor[phase].Add(time);
                    allocated[phase].Add(memory);
                }
            }
        }

        Console.WriteLine($"Diagnostics of {title}, in this process, {rounds} rounds");
        for (int phase = 0; phase < phases.Length; phase++)
        {
            Console.WriteLine($"  {phases[phase].Name,-18} {Text(Median([.. processor[phase]])),8} ms of processor time  {Text(Median([.. processor[phase].Zip(processor[0], (one, alone) => one / alone)]))}x  ({Text(processor[phase].Min())} to {Text(processor[phase].Max())} ms)  {Text(Median([.. allocated[phase]]))} MiB allocated");
        }
    }

    private static (double Time, double Memory) Measure(IReadOnlyList<string> sources, ImmutableArray<DiagnosticAnalyzer> analyzers)
    {
        CSharpCompilation compilation = InMemory.Compile(sources);
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        double before = process.TotalProcessorTime.TotalMilliseconds;
        long memory = GC.GetTotalAllocatedBytes();
        if (analyzers.IsEmpty)
        {
            _ = compilation.GetDiagnostics();
        }
        else
        {
            _ = InMemory.With(compilation, analyzers, concurrent: true).GetAllDiagnosticsAsync(default).GetAwaiter().GetResult();
        }

        process.Refresh();
        return (process.TotalProcessorTime.TotalMilliseconds - before, (GC.GetTotalAllocatedBytes() - memory) / 1048576.0);
    }

#pragma warning disable RS1001, RS1036, RS1038 // made here and never loaded by a compiler
    private sealed class Bodies(bool makeGraphs) : DiagnosticAnalyzer
#pragma warning restore RS1001, RS1036, RS1038
    {
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [new DiagnosticDescriptor("EMPTY", "title", "message", "category", DiagnosticSeverity.Warning, isEnabledByDefault: true)];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze);
            context.RegisterOperationBlockAction(block =>
            {
                if (makeGraphs)
                {
                    foreach (IOperation one in block.OperationBlocks)
                    {
                        _ = one.Kind is OperationKind.Block or OperationKind.FieldInitializer or OperationKind.PropertyInitializer ? block.GetControlFlowGraph(one) : null;
                    }
                }
            });
        }
    }
}
