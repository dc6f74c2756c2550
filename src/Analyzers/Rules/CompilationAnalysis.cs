using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Rules;

/// <summary>
/// What both tiers know of one compilation. A body is collected once and a type is judged once, whichever tier asks first: the build tier goes on
/// from what the live tier found. It lives as long as its compilation does.
/// </summary>
internal sealed class CompilationAnalysis
{
    private static readonly ConditionalWeakTable<Compilation, ConditionalWeakTable<AnalyzerOptions, CompilationAnalysis>> Known = new();
    private const string LockOrderOption = "irqsafety.lock_order";
    private readonly ConcurrentDictionary<INamedTypeSymbol, TypeAnalysis> _types = new(SymbolEqualityComparer.Default);

    private readonly DiagnosticSeverity _heard;
    private readonly Lazy<ImmutableArray<ScopeRule>> _live;

    private readonly Lazy<KeptFindings> _kept;

    private CompilationAnalysis(ContractedCompilation? contracts, AnalyzerOptions options, DiagnosticSeverity heard)
    {
        Contracts = contracts;
        _heard = heard;
        _live = new(() => [.. LiveTierAnalyzer.Rules.Where(IsAsked)]);
        _kept = new(() => KeptFindings.Of(Contracts!, options, LiveRules));
    }

    /// <summary>The contracts; null where nothing can carry one, so that there is nothing to analyse.</summary>
    public ContractedCompilation? Contracts { get; }

    /// <summary>The analysis of a compilation under these options, the same one for every analyzer.</summary>
    /// <param name="compilation">The compilation.</param>
    /// <param name="options">The options.</param>
    /// <param name="heard">The lowest severity that somebody is told about: a build keeps what is hidden to itself.</param>
    public static CompilationAnalysis Of(Compilation compilation, AnalyzerOptions options, DiagnosticSeverity heard) => Known
        .GetValue(compilation, static _ => new ConditionalWeakTable<AnalyzerOptions, CompilationAnalysis>())
        .GetValue(options, _ => new CompilationAnalysis(Chosen(Mentioned(ContractedCompilation.TryCreate(compilation, options, CancellationToken.None)), compilation, options), options, heard));

    /// <summary>What is known of types from compilations before this one.</summary>
    public KeptFindings Kept => _kept.Value;

    /// <summary>The rules of the live tier that somebody hears of.</summary>
    public ImmutableArray<ScopeRule> LiveRules => _live.Value;

    /// <summary>False for a rule that nobody would hear of: what it finds is not worked out.</summary>
    public bool IsAsked(ScopeRule rule) =>
        (rule.Descriptor.IsEnabledByDefault && rule.Descriptor.DefaultSeverity >= _heard) || IsSwitchedOn(Contracts!.Compilation, rule.Id);

    // A contract file may speak of anything.
    private static ContractedCompilation? Mentioned(ContractedCompilation? contracts) =>
        contracts is null || contracts.Files.Files.Count > 0 || SourceMentions.Any(contracts.Compilation, CancellationToken.None) ? contracts : null;

    // What an editorconfig says stands at the files it is for; a project has one declared order.
    private static ContractedCompilation? Chosen(ContractedCompilation? contracts, Compilation compilation, AnalyzerOptions options)
    {
        if (contracts is not null)
        {
            string? profiles = options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue(LockOrderOption, out string? global) ? global
                : compilation.SyntaxTrees.Select(tree => options.AnalyzerConfigOptionsProvider.GetOptions(tree).TryGetValue(LockOrderOption, out string? ofFile) ? ofFile : null).FirstOrDefault(one => one is not null);
            contracts.Locks.OrderProfiles = [.. (profiles ?? "").Split(',').Select(one => one.Trim()).Where(one => one.Length > 0)];
        }

        return contracts;
    }

    /// <summary>Keeps the bodies of the blocks that have not been seen yet.</summary>
    public void Collect(OperationBlockAnalysisContext context)
    {
        if (context.OwningSymbol.ContainingType is { } type)
        {
            TypeOf(type).Collect(context);
        }
    }

    /// <summary>A type with the types nested in it.</summary>
    public TypeAnalysis TypeOf(INamedTypeSymbol type) =>
        BodyCollector.Outermost(type) is var outermost && _types.TryGetValue(outermost, out TypeAnalysis? known) ? known : _types.GetOrAdd(outermost, new TypeAnalysis(this, outermost));

    /// <summary>What is told of a type that is complete. The compilations to come are told it too.</summary>
    public IReadOnlyList<ToldFinding> Tell(INamedTypeSymbol type, TypeAnalysis whole)
    {
        ToldFinding[] told = [.. whole.Findings.Select(one => one.Finding.Told(one.Rule.Descriptor))];
        Kept.Keep(type, [.. whole.ToldOfMade, .. told], Contracts!);
        return told;
    }

    /// <summary>
    /// The whole compilation, whose types are all known by now: the types about which it says more than the live tier has said of each. A rule of the
    /// build tier whose live twin was not asked has heard nothing yet.
    /// </summary>
    public Scope Whole() => new(Contracts!, (BuildTierAnalyzer.Rules.Where(IsAsked).OfType<BuildTwin>().All(rule => IsAsked(rule.Live)) ? ConnectedTypes.Of(Contracts!, _types) : _types.Values)
        .Concat(_types.Values.Where(type => !type.IsReported)).Distinct().Select(type => type.Scope));

    /// <summary>What the live tier reported in the whole compilation.</summary>
    public IEnumerable<Finding> LiveFindings => _types.Values.Where(type => type.IsReported).SelectMany(type => type.Findings).Select(one => one.Finding);

    private static bool IsSwitchedOn(Compilation compilation, string id)
    {
        static bool Counts(ReportDiagnostic severity) => severity is not (ReportDiagnostic.Default or ReportDiagnostic.Suppress);
        SyntaxTreeOptionsProvider? files = compilation.Options.SyntaxTreeOptionsProvider;
        return (compilation.Options.SpecificDiagnosticOptions.TryGetValue(id, out ReportDiagnostic general) && Counts(general))
            || (files is not null && files.TryGetGlobalDiagnosticValue(id, default, out ReportDiagnostic global) && Counts(global))
            || (files is not null && compilation.SyntaxTrees.Any(tree => files.TryGetDiagnosticValue(tree, id, default, out ReportDiagnostic own) && Counts(own)));
    }
}

/// <summary>The scope of the live tier: a type, all of its parts and the types nested in it.</summary>
internal sealed class TypeAnalysis
{
    private readonly ConcurrentDictionary<SyntaxNode, ImmutableArray<Body>> _bodies = new();
    private readonly Lazy<Scope> _scope;
    private readonly Lazy<IReadOnlyList<(ScopeRule Rule, Finding Finding)>> _findings;
    private readonly Lazy<IReadOnlyList<ToldFinding>?> _kept;
    private readonly ConcurrentBag<ToldFinding> _toldOfMade = [];

    /// <summary>Of a type.</summary>
    public TypeAnalysis(CompilationAnalysis whole, INamedTypeSymbol type)
    {
        _kept = new(() => whole.Kept.Find(type, whole.Contracts!));
        _scope = new(() => new Scope(whole.Contracts!, _bodies.Values.SelectMany(bodies => bodies)));
        _findings = new(() => Find(whole));
    }

    /// <summary>Its bodies. Not to be asked before all are collected.</summary>
    public Scope Scope => _scope.Value;

    /// <summary>
    /// True once the live tier was told that the type is complete. Compilers do not tell it of every type (Roslyn 5 of none with a partial
    /// constructor); of those the build tier speaks.
    /// </summary>
    public bool IsReported { get; set; }

    /// <summary>True when some of its code may run in NMI. Not to be asked before its findings.</summary>
    public bool RunsInNmi { get; private set; }

    /// <summary>What the live rules find. Not to be asked before all bodies are collected.</summary>
    public IReadOnlyList<(ScopeRule Rule, Finding Finding)> Findings => _findings.Value;

    /// <summary>What is told of it when its code is as it was in a compilation before; null when it is to be found.</summary>
    public IReadOnlyList<ToldFinding>? Kept => _kept.Value;

    /// <summary>Keeps the bodies of the blocks that have not been seen yet.</summary>
    public void Collect(OperationBlockAnalysisContext context)
    {
        foreach (IOperation block in context.OperationBlocks)
        {
            SyntaxNode code = (block.Parent ?? block).Syntax;
            if (BodyCollector.IsBody(block) && !_bodies.ContainsKey(code))
            {
                _bodies.TryAdd(code, BodyCollector.In(context.OwningSymbol, block));
            }
        }
    }

    /// <summary>
    /// The places in the blocks where objects and delegates are made. They are known from the one pass over each body: asked for them operation by operation, the
    /// compiler would look for them in every body once more.
    /// </summary>
    public IEnumerable<IOperation> MadeIn(OperationBlockAnalysisContext context, ContractedCompilation contracts)
    {
        foreach (IOperation block in context.OperationBlocks)
        {
            bool isBody = BodyCollector.IsBody(block);
            IOperation whole = isBody ? block.Parent ?? block : block;
            IReadOnlyList<IOperation>? known = isBody ? MadeIn(_bodies[whole.Syntax], contracts) : null;
            for (int i = 0; i < known?.Count; i++)
            {
                yield return known[i];
            }

            if (isBody ? known is null : block.Parent is null || !context.OperationBlocks.Any(other => other.Parent == block.Parent && BodyCollector.IsBody(other)))
            {
                // What was let go; the base of a primary constructor, an attribute, a default value.
                foreach (IOperation made in whole.DescendantsAndSelf())
                {
                    if (made is IObjectCreationOperation or IDelegateCreationOperation)
                    {
                        yield return made;
                    }
                }
            }
        }
    }

    // Null when they were let go.
    private static IReadOnlyList<IOperation>? MadeIn(ImmutableArray<Body> bodies, ContractedCompilation contracts)
    {
        if (bodies.Length == 1)
        {
            return bodies[0].Facts(contracts).Makes;
        }

        List<IOperation> all = [];
        foreach (Body body in bodies)
        {
            if (body.Facts(contracts).Makes is not { } makes)
            {
                return null;
            }

            all.AddRange(makes);
        }

        return all;
    }

    /// <summary>Keeps what is told of an object or a delegate that is made in it.</summary>
    public void Tell(ToldFinding finding) => _toldOfMade.Add(finding);

    /// <summary>What is told of the objects and delegates that are made in it.</summary>
    public IEnumerable<ToldFinding> ToldOfMade => _toldOfMade.OrderBy(one => one.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(one => one.Location.SourceSpan.Start).ThenBy(one => one.Descriptor.Id, StringComparer.Ordinal);

    private IReadOnlyList<(ScopeRule Rule, Finding Finding)> Find(CompilationAnalysis whole)
    {
        if (!Scope.IsOfInterest)
        {
            return [];
        }

        var model = new ScopeModel(Scope);
        RunsInNmi = model.Reaches.Any(reach => reach.Situation.Contexts.MayBeNmi());
        List<(ScopeRule, Finding)> found = [];
        foreach (ScopeRule rule in whole.LiveRules)
        {
            foreach (Finding finding in rule.Check(model))
            {
                found.Add((rule, finding));
            }
        }

        LetGo(whole.Contracts!);
        return found;
    }

    // What the build tier still asks of the bodies is in their facts and results, and in the blocks of those that it may have to follow again.
    private void LetGo(ContractedCompilation contracts)
    {
        HashSet<Body> again = Scope.FollowedAgain();
        foreach (ImmutableArray<Body> together in _bodies.Values)
        {
            // The graph of what is nested comes out of the one that it is in.
            foreach (Body body in together.Reverse())
            {
                body.LetGo(contracts, again.Contains(body));
            }
        }
    }
}
