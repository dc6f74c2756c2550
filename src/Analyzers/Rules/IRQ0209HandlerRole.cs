using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A handler registered for a context that it does not declare. Declaring several is how a double role is written, and is legal.</summary>
internal sealed class IRQ0209HandlerRole() : ScopeRule("IRQ0209")
{
    public override IEnumerable<Finding> Check(ScopeModel model)
    {
        Scope scope = model.Scope;
        foreach (Registration registration in scope.Registrations)
        {
            Context declared = scope.Contracts.Contracts.Of(registration.Handler).RunsIn;
            Context others = registration.Rule.Contexts & ~declared;
            if (declared != Context.None && others != Context.None)
            {
                yield return RegistrationFindings.At(registration, LawIds.HandlerRole, CallEvent.NameOf(registration.Handler), declared.Describe(), others.Describe());
            }
        }
    }
}
