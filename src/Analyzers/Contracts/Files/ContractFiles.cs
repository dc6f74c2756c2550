using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace IrqSafety.Analyzers.Contracts.Files;

/// <summary>Contract files of one rank, in the order of their paths.</summary>
internal sealed class ContractFiles
{
    private static readonly Lazy<ContractFiles> Embedded = new(() =>
    {
        using Stream stream = typeof(ContractFiles).Assembly.GetManifestResourceStream(ShippedName)!;
        return new ContractFiles([ContractFile.Read(ShippedName, SourceText.From(stream))]);
    });

    private ContractFiles(IReadOnlyList<ContractFile> files)
    {
        Files = files;
        var lines = new Dictionary<string, ContractLine>();
        var problems = new List<FileProblem>();
        ImmutableArray<ContractAttribute>.Builder ofAssembly = ImmutableArray.CreateBuilder<ContractAttribute>();
        foreach (ContractLine line in files.SelectMany(file => file.Lines))
        {
            if (line.Target == ContractFile.Assembly)
            {
                ofAssembly.AddRange(line.Attributes);
            }
            else if (!lines.TryGetValue(line.Key, out ContractLine? other))
            {
                lines.Add(line.Key, line);
            }
            else if (other.Content != line.Content)
            {
                FileLinePositionSpan there = other.Location.GetLineSpan();
                problems.Add(new FileProblem($"line {there.StartLinePosition.Line + 1} of '{Path.GetFileName(there.Path)}' says something else of '{line.Key}'", line.Location));
            }
        }

        Lines = lines;
        OfAssembly = ofAssembly.ToImmutable();
        Problems = [.. files.SelectMany(file => file.Problems), .. problems];
        Names = [.. lines.Values.Select(line => SimpleName(line.Target))];
    }

    /// <summary>The name of the file that ships with the analyzer, which is part of its assembly.</summary>
    public const string ShippedName = "BaseClassLibrary.irqcontracts";

    /// <summary>No file.</summary>
    public static ContractFiles None { get; } = new([]);

    /// <summary>What ships with the analyzer: contracts of the base class library.</summary>
    public static ContractFiles Shipped => Embedded.Value;

    /// <summary>The files.</summary>
    public IReadOnlyList<ContractFile> Files { get; }

    /// <summary>Their lines, by what they speak of.</summary>
    public IReadOnlyDictionary<string, ContractLine> Lines { get; }

    /// <summary>What they say of the program.</summary>
    public ImmutableArray<ContractAttribute> OfAssembly { get; }

    /// <summary>What cannot be read, and lines that contradict each other.</summary>
    public IReadOnlyList<FileProblem> Problems { get; }

    /// <summary>The names, as symbols bear them, of everything there are lines for: most symbols need no ID to be found absent.</summary>
    public ImmutableHashSet<string> Names { get; }

    /// <summary>The user's contract files among additional files.</summary>
    public static ContractFiles Of(ImmutableArray<AdditionalText> additional, CancellationToken cancellation) => new(
    [
        .. additional.Where(IsContractFile)
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .Select(file => ContractFile.Read(file.Path, file.GetText(cancellation))),
    ]);

    /// <summary>Whether this additional file is a contract file.</summary>
    public static bool IsContractFile(AdditionalText file) => file.Path.EndsWith(ContractFile.Extension, StringComparison.OrdinalIgnoreCase);

    private static string SimpleName(string id)
    {
        int open = id.IndexOf('(');
        string name = open < 0 ? id : id.Substring(0, open);
        name = name.Substring(Math.Max(name.LastIndexOf('.'), 1) + 1);
        int arity = name.IndexOf('`');
        name = arity < 0 ? name : name.Substring(0, arity);
        int conversion = name.IndexOf('~');
        name = conversion < 0 ? name : name.Substring(0, conversion);

        // Constructors, and members that are implemented explicitly.
        return name.Replace('#', '.');
    }
}
