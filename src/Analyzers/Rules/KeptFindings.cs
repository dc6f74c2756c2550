using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Contracts.Files;
using IrqSafety.Analyzers.Findings;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace IrqSafety.Analyzers.Rules;

/// <summary>
/// What the live tier found of the types of a program, kept from one compilation to the next while its declarations stay as they are. A type depends on its own code and on
/// what the rest of the program declares: who types into a body has that body's type judged again and no other.
/// </summary>
/// <remarks>
/// It is kept with files of the program, for as long as one of them is in use, and holds no compilation and no symbol. A program of one file has nothing that an edit leaves
/// in use.
/// </remarks>
internal sealed class KeptFindings
{
    // An edit changes one file; of three it can be told by the others.
    private const int MostFilesToBeToldBy = 3;
    private static readonly ConditionalWeakTable<SyntaxTree, StrongBox<KeptFindings?>> OfFiles = new();
    private static readonly ConditionalWeakTable<IAssemblySymbol, object> Marks = new();

    private readonly ConcurrentDictionary<string, KeptType> _types = new();
    private readonly string _program;
    private readonly CompilationOptions _options;
    private readonly ImmutableArray<object> _references;
    private readonly ImmutableArray<ScopeRule> _asked;
    private readonly IReadOnlyList<string> _profiles;
    private readonly ImmutableArray<ContractFileText> _contractFiles;
    private volatile SyntaxTree[] _files;

    private KeptFindings(ContractedCompilation contracts, AnalyzerOptions options, ImmutableArray<ScopeRule> asked)
    {
        _program = contracts.Compilation.Assembly.Identity.GetDisplayName();
        _options = OptionsOf(contracts.Compilation);
        _references = ReferencesOf(contracts.Compilation);
        _asked = asked;
        _profiles = contracts.Locks.OrderProfiles;
        _contractFiles = ContractFilesOf(options);
        _files = [.. contracts.Compilation.SyntaxTrees];
    }

    /// <summary>What is known of a compilation from those before it; nothing where its declarations are new.</summary>
    /// <param name="contracts">The compilation.</param>
    /// <param name="options">The files and settings beside it.</param>
    /// <param name="asked">The rules that somebody hears of.</param>
    public static KeptFindings Of(ContractedCompilation contracts, AnalyzerOptions options, ImmutableArray<ScopeRule> asked)
    {
        var now = new KeptFindings(contracts, options, asked);
        StrongBox<KeptFindings?>[] last = [.. now._files.Take(MostFilesToBeToldBy).Select(file => OfFiles.GetValue(file, static _ => new()))];
        KeptFindings kept = last.Select(one => one.Value).Distinct().FirstOrDefault(one => one?.Holds(now) == true) ?? now;
        kept._files = now._files;
        foreach (StrongBox<KeptFindings?> one in last)
        {
            one.Value = kept;
        }

        return kept;
    }

    /// <summary>What is told of a type whose code is as it was; null when it is not known.</summary>
    public IReadOnlyList<ToldFinding>? Find(INamedTypeSymbol type, ContractedCompilation contracts) =>
        _types.TryGetValue(KeyOf(type), out KeptType? known) ? known.Now(PartsOf(type), contracts.Options) : null;

    /// <summary>Keeps what is told of a type.</summary>
    public void Keep(INamedTypeSymbol type, IReadOnlyList<ToldFinding> told, ContractedCompilation contracts) =>
        _types[KeyOf(type)] = new KeptType(PartsOf(type), contracts.Options, told);

    private bool Holds(KeptFindings now)
    {
        SyntaxTree[] before = _files;
        return _program == now._program && before.Length == now._files.Length && _options.Equals(now._options) && _asked.SequenceEqual(now._asked)
            && _profiles.SequenceEqual(now._profiles) && _contractFiles.SequenceEqual(now._contractFiles) && _references.SequenceEqual(now._references)
            && before.Zip(now._files, SameDeclarations.In).All(static same => same);
    }

    private static string KeyOf(INamedTypeSymbol type) => type.GetDocumentationCommentId() ?? type.Name;

    private static SyntaxNode[] PartsOf(INamedTypeSymbol type) => [.. type.DeclaringSyntaxReferences.Select(static part => part.GetSyntax())];

    // Severities say which rules are asked, and what is made of a finding afterwards; the provider is another one in each compilation.
    private static CompilationOptions OptionsOf(Compilation compilation) => compilation.Options.WithSyntaxTreeOptionsProvider(null).WithReportSuppressedDiagnostics(false);

    // The same reference has the same symbol in compilations that follow each other, and another once it changes. A mark stands for the symbol without holding it.
    private static ImmutableArray<object> ReferencesOf(Compilation compilation) =>
        [.. compilation.Assembly.Modules.SelectMany(static module => module.ReferencedAssemblySymbols).Select(static reference => Marks.GetValue(reference, static _ => new object()))];

    private static ImmutableArray<ContractFileText> ContractFilesOf(AnalyzerOptions options) =>
        [.. options.AdditionalFiles.Where(ContractFiles.IsContractFile).Select(static file => new ContractFileText(file.Path, file.GetText()?.ToString()))];

    private readonly record struct ContractFileText(string Path, string? Text);

    /// <summary>What was told of a type.</summary>
    private sealed class KeptType(SyntaxNode[] parts, AnalysisOptions options, IReadOnlyList<ToldFinding> told)
    {
        private readonly FileOptions[] _options = [.. parts.Select(part => options.Of(part.SyntaxTree))];

        public IReadOnlyList<ToldFinding>? Now(SyntaxNode[] now, AnalysisOptions optionsNow)
        {
            if (now.Length != parts.Length)
            {
                return null;
            }

            for (int i = 0; i < now.Length; i++)
            {
                if (!now[i].IsIncrementallyIdenticalTo(parts[i]) || optionsNow.Of(now[i].SyntaxTree) != _options[i])
                {
                    return null;
                }
            }

            List<ToldFinding> moved = [];
            foreach (ToldFinding one in told)
            {
                if (one.Moved(location => Moved(location, now)) is not { } there)
                {
                    return null;
                }

                moved.Add(there);
            }

            return moved;
        }

        // A place outside the type may have moved in its own way.
        private Location? Moved(Location location, SyntaxNode[] now)
        {
            for (int i = 0; i < parts.Length; i++)
            {
                if (location.SourceTree == parts[i].SyntaxTree && parts[i].FullSpan.Contains(location.SourceSpan))
                {
                    return Location.Create(now[i].SyntaxTree, new(location.SourceSpan.Start + now[i].FullSpan.Start - parts[i].FullSpan.Start, location.SourceSpan.Length));
                }
            }

            return null;
        }
    }
}

/// <summary>Whether two versions of a file declare the same.</summary>
internal static class SameDeclarations
{
    /// <summary>True when they differ in nothing but the bodies of methods and what fields begin with.</summary>
    public static bool In(SyntaxTree before, SyntaxTree now) => before == now
        || (before.FilePath == now.FilePath && before.Options.Equals(now.Options) && now.IsEquivalentTo(before, topLevel: true) && HasSameAccessors(before.GetRoot(), now.GetRoot()));

    // What stands in an accessor decides whether the property has a field of its own.
    private static bool HasSameAccessors(SyntaxNode before, SyntaxNode now)
    {
        if (now.IsIncrementallyIdenticalTo(before) || now is BaseMethodDeclarationSyntax or BaseFieldDeclarationSyntax)
        {
            return true;
        }

        return now is not BasePropertyDeclarationSyntax && before.ChildNodes().Zip(now.ChildNodes(), HasSameAccessors).All(static same => same);
    }
}
