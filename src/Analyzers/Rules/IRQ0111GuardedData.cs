using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Data touched without its lock, by somebody else than its owner, or after the phase in which it may be written.</summary>
internal sealed class IRQ0111GuardedData() : ScopeRule("IRQ0111")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => Find(model);

    /// <summary>The findings, in whatever scope. A check without the lock that is acted on under it is one defect, and another rule's.</summary>
    public static IEnumerable<Finding> Find(ScopeModel model)
    {
        HashSet<OperationPlace> checks = [.. model.StaleUses.Where(use => use.Decides && !use.Held).Select(use => use.Origin)];
        return model.Data.Breaches.Where(breach => !checks.Contains(breach.Access.Operation)).Select(breach => Describe(model, breach));
    }

    private static Finding Describe(ScopeModel model, DataBreach breach)
    {
        DataEvent access = breach.Access;
        string verb = access.Writes ? "writes" : "reads";
        (string how, string remedy) = breach.Fault switch
        {
            DataFault.HeldShared => ($"with {breach.Lock!.Display} held as a reader only", "Take it exclusively"),
            DataFault.OtherObject => ($"with {breach.Lock!.Display} of another object held", "Take the one of the object whose data it is"),
            DataFault.Foreign => ($"outside {OwnerOf(access.Contract)}, which owns it", "Touch it there only, or hand the value over"),
            DataFault.AfterPhase => ($"after the phase '{access.Contract.Phase}' in which it may be written", "Write it in a method declared [InPhase], or guard it by a lock"),
            _ => ($"without {breach.Lock!.Display} held", "Take it around the access, or declare [RequiresHeld] where the caller holds it"),
        };
        return Finding.At(access, breach.Reach, LawIds.DataGuarded, access.Body.Name, verb, access.Display, how, breach.Reach.Suffix, remedy) with
        {
            ForFix = breach.Fault == DataFault.NotHeld ? ForFix(model, access.Body, breach.Expression!, model.Data.MayHold(access, breach.Expression!)) : ImmutableDictionary<string, string?>.Empty,
        };
    }

    /// <summary>What a fix needs to know to take a lock that is missing.</summary>
    internal static IReadOnlyDictionary<string, string?> ForFix(ScopeModel model, Body body, string @lock, bool isSometimesHeld) => new Dictionary<string, string?>
    {
        [FixProperties.Lock] = @lock,
        [isSometimesHeld ? FixProperties.SometimesHeld : FixProperties.Contexts] = model.ContextsOf(body).ToString(),
    };

    private static string OwnerOf(DataContract contract) => contract.Within switch
    {
        Section.None => contract.Contexts.Describe(),
        Section.PreemptOff => "a region with preemption off",
        Section.WorldSwitch => "the world switch",
        var section => $"section {section}",
    };
}
