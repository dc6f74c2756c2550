using System;
using System.Collections.Generic;
using System.IO;
using IrqSafety.Rules;

namespace IrqSafety.Cli.Printing;

/// <summary>The pages under <c>docs/rules</c>, as built into the tool.</summary>
internal static class RulePages
{
    /// <summary>The lines of a rule's page.</summary>
    /// <exception cref="InvalidOperationException">The tool was built without it.</exception>
    public static IReadOnlyList<string> Of(Rule rule)
    {
        using Stream page = typeof(RulePages).Assembly.GetManifestResourceStream($"rules/{rule.Id}.md")
            ?? throw new InvalidOperationException($"the page of {rule.Id} is missing from this build");
        using var reader = new StreamReader(page);
        return reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n');
    }
}
