using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Rules;

/// <summary>
/// A handler of another type is registered without saying where it runs. In its own type nothing shows that, so its body is not checked
/// while it is edited.
/// </summary>
internal sealed class IRQ0002HandlerContextNotDeclared() : ScopeRule("IRQ0002")
{
    public override IEnumerable<Finding> Check(ScopeModel model)
    {
        Scope scope = model.Scope;
        foreach (Registration registration in scope.Registrations)
        {
            IMethodSymbol handler = registration.Handler;
            OperationContract contract = scope.Contracts.Contracts.Of(handler);
            if (scope.Find(handler) is not null
                || handler.MethodKind != MethodKind.Ordinary
                || !SymbolEqualityComparer.Default.Equals(handler.ContainingAssembly, scope.Contracts.Compilation.Assembly)
                || contract.RunsIn != Context.None
                || IsJudgedAnyway(registration.Rule)
                || (contract.NmiSafe && registration.Rule.Contexts.IsNmi()))
            {
                continue;
            }

            yield return RegistrationFindings.At(
                registration,
                LawIds.HandlerContext,
                CallEvent.NameOf(handler),
                registration.Rule.Contexts.Describe(),
                RegistrationFindings.AsArgument(registration.Rule));
        }
    }

    // A body that says nothing is taken to run in a task.
    private static bool IsJudgedAnyway(ContextRule rule) => rule is { Contexts: Context.Task, Within: Section.None, Masked: Mask.None };
}
