using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace IrqSafety.Rules.Tests;

/// <summary>A page under <c>docs/rules</c>, taken apart.</summary>
internal sealed partial class RulePage
{
    private RulePage(string title, IReadOnlyDictionary<string, string> header, IReadOnlyList<(string Heading, string Body)> sections)
    {
        Title = title;
        Header = header;
        Sections = sections;
    }

    /// <summary>The first heading.</summary>
    public string Title { get; }

    /// <summary>The table below it.</summary>
    public IReadOnlyDictionary<string, string> Header { get; }

    /// <summary>The sections, in order.</summary>
    public IReadOnlyList<(string Heading, string Body)> Sections { get; }

    /// <summary>Reads the page of a rule.</summary>
    public static RulePage Of(string ruleId)
    {
        string[] parts = Repository.Read($"docs/rules/{ruleId}.md").Split("\n## ");
        Dictionary<string, string> header = HeaderRow().Matches(parts[0])
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        return new RulePage(
            parts[0].Split('\n')[0],
            header,
            [.. parts.Skip(1).Select(part => part.Split('\n', 2)).Select(part => (part[0].Trim(), part[1].Trim()))]);
    }

    /// <summary>The text of a section.</summary>
    public string this[string heading] => Sections.Single(section => section.Heading == heading).Body;

    /// <summary>The C# blocks of a section.</summary>
    public IEnumerable<string> Code(string heading) => CodeBlock().Matches(this[heading]).Select(match => match.Groups[1].Value);

    /// <summary>The contract files of a section.</summary>
    public IEnumerable<string> Contracts(string heading) => ContractBlock().Matches(this[heading]).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^\| ([A-Z][^|]*?) \| (.*?) \|$", RegexOptions.Multiline)]
    private static partial Regex HeaderRow();

    [GeneratedRegex(@"^```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^```irqcontracts\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ContractBlock();
}
