using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Contracts.Variance;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Rules;

/// <summary>How findings about two contracts that do not agree are worded, and what their fixes are told.</summary>
internal static class ContractAgreement
{
    /// <summary>What a contract does that its declaration does not say, as one phrase.</summary>
    public static string Phrase(IReadOnlyList<ContractDifference> differences, string declaration)
    {
        string added = And(differences.Where(one => !one.IsMissing).Select(one => one.Phrase));
        string missing = And(differences.Where(one => one.IsMissing).Select(one => one.Phrase));
        return added.Length == 0 ? $"does not say, as '{declaration}' does, that it {missing}"
            : missing.Length == 0 ? $"{added}, which '{declaration}' does not say"
            : $"{added}, which '{declaration}' does not say, and does not say, as that does, that it {missing}";
    }

    /// <summary>Phrases joined as a person lists them.</summary>
    public static string And(IEnumerable<string> phrases)
    {
        List<string> all = [.. phrases];
        return all.Count < 2 ? string.Concat(all) : $"{string.Join(", ", all.Take(all.Count - 1))} and {all[all.Count - 1]}";
    }

    /// <summary>What the fix writes on the declaration and on what stands for it; empty when attributes do not make them agree.</summary>
    /// <param name="differences">In what they do not agree.</param>
    /// <param name="declaration">The declaration; of a delegate type its <c>Invoke</c>.</param>
    /// <param name="declaredBy">What the attributes stand on: the declaration, or the delegate type.</param>
    /// <param name="isOnOwn">True when the finding is on what stands for the declaration, so that something can be written there.</param>
    /// <param name="contracts">The contracts.</param>
    public static ImmutableDictionary<string, string?> ForFix(IReadOnlyList<ContractDifference> differences, IMethodSymbol declaration, ISymbol declaredBy, bool isOnOwn, ContractedCompilation contracts)
    {
        List<string> own = [];
        List<string> declared = [];
        foreach (ContractDifference difference in differences)
        {
            if (difference.Attribute is not { } attribute)
            {
                return ImmutableDictionary<string, string?>.Empty;
            }

            (difference.IsMissing ? own : declared).Add(attribute);
        }

        string id = declaredBy.GetDocumentationCommentId() ?? "";
        if ((own.Count > 0 && !isOnOwn) || (declared.Count > 0 && (declaredBy.DeclaringSyntaxReferences.IsEmpty || id.Length == 0 || !declared.TrueForAll(one => CanStand(one, declaration, declaredBy, contracts)))))
        {
            return ImmutableDictionary<string, string?>.Empty;
        }

        return ImmutableDictionary<string, string?>.Empty
            .Add(FixProperties.Contract, string.Join("\n", own))
            .Add(FixProperties.Declaration, declared.Count == 0 ? "" : string.Join("\n", declared.Prepend(id)));
    }

    // The declaration may know neither the lock nor, when it is a delegate type, the attribute.
    private static bool CanStand(string text, IMethodSymbol declaration, ISymbol declaredBy, ContractedCompilation contracts)
    {
        string name = text.Split('(')[0];
        System.AttributeTargets place = declaredBy is INamedTypeSymbol ? System.AttributeTargets.Delegate : System.AttributeTargets.Method;
        if (!ContractVocabulary.All.TryGetValue(name, out ContractShape? shape) || (shape.Targets & place) == 0)
        {
            return false;
        }

        bool namesLock = name is "Acquires" or "Releases" or "TryAcquires" or "Takes" or "RequiresHeld" or "RequiresNotHeld" or "Initialises";
        return !namesLock || LockExpressionProblems.Of(text.Split('"')[1], declaration, contracts) is null;
    }
}
