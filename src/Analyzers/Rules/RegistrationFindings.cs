using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Findings about a handler where it is registered.</summary>
internal static class RegistrationFindings
{
    /// <summary>A finding at the handler as it is handed over; its site is the call that takes it.</summary>
    public static Finding At(Registration registration, string law, params object[] arguments) => new(
        law,
        registration.Call is { } call
            ? Sites.Of(call.Body, call.Operation, call.Target)
            : new Site(Sites.MemberOf(registration.Body), registration.Place.GetDocumentationCommentId() ?? registration.Place.Name, 0),
        registration.Operation.Syntax.GetLocation(),
        arguments)
    {
        Locations = [.. registration.Handler.Locations.Where(location => location.IsInSource)],
        Path = [.. registration.Handler.Locations.Where(location => location.IsInSource).Select(_ => $"{CallEvent.NameOf(registration.Handler)} is declared")],
        Subjects = [registration.Handler.GetDocumentationCommentId() ?? registration.Handler.Name],
        ForFix = new Dictionary<string, string?>
        {
            [FixProperties.Contexts] = registration.Rule.Contexts.ToString(),
            [FixProperties.Within] = registration.Rule.Within.ToString(),
        },
    };

    /// <summary>The argument list of the attribute that declares a context.</summary>
    public static string AsArgument(ContextRule rule)
    {
        string contexts = string.Join(" | ", rule.Contexts.Each().Select(context => $"Context.{context}"));
        return rule.Within == Section.None ? contexts : $"{contexts}, Within = {string.Join(" | ", rule.Within.ToString().Split(',').Select(part => $"Section.{part.Trim()}"))}";
    }
}
