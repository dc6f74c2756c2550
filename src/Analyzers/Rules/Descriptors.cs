using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Descriptors, made from the catalogue: the one place where titles, messages and links are written.</summary>
internal static class Descriptors
{
    /// <summary>The descriptor of a rule.</summary>
    public static DiagnosticDescriptor Of(string id)
    {
        Rule rule = Catalogue.Rule(id);
        return new DiagnosticDescriptor(
            rule.Id,
            rule.Title,
            rule.Message,
            rule.Category,
            rule.Severity switch
            {
                Severity.Hidden => DiagnosticSeverity.Hidden,
                Severity.Info => DiagnosticSeverity.Info,
                _ => DiagnosticSeverity.Warning,
            },
            isEnabledByDefault: rule.Tier != Tier.May,
            description: Catalogue.Law(rule.Law).Text,
            helpLinkUri: rule.HelpLink,
            customTags: rule.Tier == Tier.Build ? [WellKnownDiagnosticTags.CompilationEnd] : []);
    }
}
