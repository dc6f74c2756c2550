using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>Something that declarations of lock classes and their orders cannot all mean.</summary>
/// <param name="What">What they speak of: a profile, or a class.</param>
/// <param name="Key">What is wrong, without saying where.</param>
/// <param name="Problem">Who says what.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="Location">The last of the declarations that this compilation makes.</param>
/// <param name="Others">Where the others stand, as far as this compilation makes them.</param>
internal sealed record OrderConflict(string What, string Key, string Problem, string Remedy, Location Location, ImmutableArray<Location> Others);

/// <summary>
/// The declarations of lock classes and their orders that hold in a compilation: its own, those of its contract files and of what it references. Says where
/// they contradict each other.
/// </summary>
internal sealed class OrderDeclarations
{
    private readonly ContractedCompilation _contracts;
    private readonly List<Declaration> _all = [];

    /// <summary>Of a compilation.</summary>
    public OrderDeclarations(ContractedCompilation contracts)
    {
        _contracts = contracts;
        Compilation compilation = contracts.Compilation;
        foreach (IAssemblySymbol assembly in compilation.SourceModule.ReferencedAssemblySymbols.Append(compilation.Assembly))
        {
            List<ContractAttribute> attributes = [.. contracts.Source.OfAssembly(assembly).Where(one => one.Name is "LockOrder" or "DeclareLockClass")];
            _all.AddRange(attributes.Select(attribute => new Declaration(attribute, assembly, Here(attribute, assembly), holder: null)));
        }

        // Fields are asked only where there is an order, or a class declared here: most compilations have neither.
        if (_all.Any(one => one.Attribute.Name == "LockOrder" || one.Here is not null))
        {
            _all.AddRange(Holders(compilation.Assembly.GlobalNamespace));
        }

        // The last is the one to question: by file and place, contract files after sources.
        _all = [.. _all.OrderBy(one => one.Rank).ThenBy(one => one.Path, StringComparer.Ordinal).ThenBy(one => one.Here?.SourceSpan.Start ?? 0)];
        Conflicts = [.. Twice().Concat(Rings()).OrderBy(one => one.What, StringComparer.Ordinal)];
    }

    /// <summary>The contradictions that a declaration of this compilation takes part in.</summary>
    public ImmutableArray<OrderConflict> Conflicts { get; }

    // One class, two kinds or two places in the order.
    private IEnumerable<OrderConflict> Twice()
    {
        foreach (IGrouping<string, Declaration> named in _all.Where(one => one.Attribute.Name != "LockOrder" && one.Class.Length > 0).GroupBy(one => one.Class, StringComparer.Ordinal))
        {
            Declaration? byKind = null;
            Declaration? byLevel = null;
            foreach (Declaration one in named)
            {
                if (KindOf(one) is not LockKind.Unknown and var kind)
                {
                    if (byKind is not null && KindOf(byKind) != kind && Conflict(one, byKind, $"{byKind.Display} says {KindOf(byKind)}, {one.Display} says {kind}", "Give it one kind") is { } ofKind)
                    {
                        yield return ofKind;
                        break;
                    }

                    byKind ??= one;
                }

                if (one.Level > 0)
                {
                    if (byLevel is not null && byLevel.Level != one.Level && Conflict(one, byLevel, $"{byLevel.Display} says level {byLevel.Level}, {one.Display} says level {one.Level}", "Give it one level") is { } ofLevel)
                    {
                        yield return ofLevel;
                        break;
                    }

                    byLevel ??= one;
                }
            }
        }
    }

    private IEnumerable<OrderConflict> Rings()
    {
        List<(LockSequence, int)> sequences = [.. _all.Select((one, number) => (one, number)).Where(each => each.one.Attribute.Name == "LockOrder")
            .Select(each => (new LockSequence(each.one.Attribute.Text(0), [.. each.one.Attribute.Texts(1).Select(Canonical)]), each.number))];
        if (sequences.Count == 0)
        {
            yield break;
        }

        List<(string, int, int)> levels = [.. _all.Select((one, number) => (one, number)).Where(each => each.one.Level > 0 && each.one.Class.Length > 0)
            .GroupBy(each => each.one.Class, StringComparer.Ordinal).Select(group => (group.Key, group.First().one.Level, group.First().number))];
        foreach (OrderContradiction contradiction in OrderContradictions.Find(sequences, levels))
        {
            Declaration[] by = [.. contradiction.Steps.SelectMany(step => step.Declarations).Distinct().OrderBy(number => number).Select(number => _all[number])];
            if (by.LastOrDefault(one => one.Here is not null) is not { } last)
            {
                continue;
            }

            string Says(DeclaredStep step) => string.Join(" and ", step.Declarations.Select(number => _all[number].Display));
            string problem = contradiction.Steps.Count == 1
                ? $"{Says(contradiction.Steps[0])} names '{LockClass.DisplayOf(contradiction.Steps[0].First)}' twice in a row"
                : string.Join(", ", contradiction.Steps.Select(step => $"{LockClass.DisplayOf(step.First)} → {LockClass.DisplayOf(step.Second)} by {Says(step)}"));
            string key = string.Join(" → ", contradiction.Steps.Select(step => step.First).OrderBy(name => name, StringComparer.Ordinal));
            yield return Of(last, by, contradiction.Profile, key, problem, contradiction.Steps.Count == 1 ? "Name it once" : "Take one of them back, or give it another profile");
        }
    }

    private static OrderConflict? Conflict(Declaration later, Declaration earlier, string problem, string remedy) =>
        later.Here is not null ? Of(later, [earlier, later], later.Class, remedy, problem, remedy)
        : earlier.Here is not null ? Of(earlier, [earlier, later], later.Class, remedy, problem, remedy)
        : null;

    private static OrderConflict Of(Declaration last, Declaration[] all, string what, string key, string problem, string remedy) => new(
        what,
        key,
        problem,
        remedy,
        last.Here!,
        [.. all.Where(one => one != last).Select(one => one.Here).OfType<Location>()]);

    private LockKind KindOf(Declaration one) =>
        one.Attribute.Name == "DeclareLockClass" ? one.Attribute.Enum<LockKind>(1)
        : _contracts.Locks.KindOf(one.Holder is IFieldSymbol field ? field.Type : (one.Holder as IPropertySymbol)?.Type);

    // A reference may be a compilation, whose attributes have a place too.
    private Location? Here(ContractAttribute attribute, IAssemblySymbol assembly) =>
        SymbolEqualityComparer.Default.Equals(assembly, _contracts.Compilation.Assembly) ? attribute.Location : null;

    // A field may be named by its ID although it has an alias.
    private string Canonical(string name) =>
        name.StartsWith("F:", StringComparison.Ordinal) || name.StartsWith("P:", StringComparison.Ordinal)
            ? ContractLineProblems.SymbolOf(name, _contracts.Compilation) is { } member && _contracts.Source.Of(member).FirstOrDefault(one => one.Name == "LockClass")?.Text("Alias") is { } alias ? alias : name
            : name;

    private IEnumerable<Declaration> Holders(INamespaceOrTypeSymbol container)
    {
        foreach (ISymbol member in container.GetMembers())
        {
            if (member is INamespaceOrTypeSymbol inner)
            {
                foreach (Declaration one in Holders(inner))
                {
                    yield return one;
                }
            }
            else if (member is IFieldSymbol or IPropertySymbol && _contracts.Source.Of(member).FirstOrDefault(one => one.Name == "LockClass") is { } attribute)
            {
                yield return new Declaration(attribute, member.ContainingAssembly, attribute.Location, member);
            }
        }
    }

    /// <summary>One declaration.</summary>
    private sealed class Declaration(ContractAttribute attribute, IAssemblySymbol assembly, Location? here, ISymbol? holder)
    {
        public ContractAttribute Attribute => attribute;

        /// <summary>Where this compilation makes it; null for one of a reference.</summary>
        public Location? Here => here;

        /// <summary>The field or property it stands on, if it does.</summary>
        public ISymbol? Holder => holder;

        /// <summary>The class it speaks of; empty for a list.</summary>
        public string Class => attribute.Name switch
        {
            "DeclareLockClass" => attribute.Text(0),
            "LockClass" => attribute.Text("Alias") ?? holder!.GetDocumentationCommentId() ?? holder.Name,
            _ => "",
        };

        public int Level => attribute.Name == "LockOrder" ? 0 : (int)(attribute.Number("Level") ?? 0);

        public string Path => here?.GetLineSpan().Path ?? "";

        public int Rank => here switch { null => 0, { IsInSource: true } => 1, _ => 2 };

        public string Display
        {
            get
            {
                string text = attribute.Name == "LockOrder" ? $"[LockOrder(\"{string.Join("\", \"", attribute.Texts(1).Prepend(attribute.Text(0)))}\")]"
                    : attribute.Name == "DeclareLockClass" ? $"[DeclareLockClass(\"{attribute.Text(0)}\", …)]"
                    : $"[LockClass] of '{holder!.ContainingType.Name}.{holder.Name}'";
                return here?.GetLineSpan() is { } place ? $"{text} ({System.IO.Path.GetFileName(place.Path)}:{place.StartLinePosition.Line + 1})" : $"{text} ({assembly.Name})";
            }
        }
    }
}
