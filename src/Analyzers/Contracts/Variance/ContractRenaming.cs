using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts.Variance;

/// <summary>A contract with the parameters named as another method names them: what stands for a declaration may call them differently.</summary>
internal static class ContractRenaming
{
    /// <summary>The contract of <paramref name="own"/> in the names of <paramref name="declared"/>.</summary>
    public static OperationContract To(IMethodSymbol declared, IMethodSymbol own, OperationContract contract)
    {
        // Parameters that are not used may all be called "_".
        var names = new Dictionary<string, string>();
        for (int i = 0; i < own.Parameters.Length && i < declared.Parameters.Length; i++)
        {
            names[own.Parameters[i].Name] = declared.Parameters[i].Name;
        }

        return names.All(pair => pair.Key == pair.Value)
            ? contract
            : contract with
            {
                LegalIn = [.. contract.LegalIn.Select(rule => rule with { When = Conditions.Renamed(rule.When, names) })],
                ForbiddenIn = [.. contract.ForbiddenIn.Select(rule => rule with { When = Conditions.Renamed(rule.When, names) })],
                MayBlock = contract.MayBlock is { } block ? new Conditional(Conditions.Renamed(block.When, names)) : null,
                WaitsForCpus = contract.WaitsForCpus is { } waits ? new Conditional(Conditions.Renamed(waits.When, names)) : null,
                RestoresFrom = contract.RestoresFrom is { } from ? Renamed(from, names) : null,
                Locks = [.. contract.Locks.Select(effect => effect with
                {
                    Lock = Renamed(effect.Lock, names),
                    When = Conditions.Renamed(effect.When, names),
                    Subclass = effect.Subclass is { } subclass ? Renamed(subclass, names) : null,
                    Nest = effect.Nest is { } nest ? Renamed(nest, names) : null,
                })],
                TakesInOrder = [.. contract.TakesInOrder.Select(order => (IReadOnlyList<string>)[.. order.Select(one => Renamed(one, names))])],
                Guard = contract.Guard is { Holds: { } holds } guard ? guard with { Holds = Renamed(holds, names) } : contract.Guard,
                TakesOver = [.. contract.TakesOver.Select(one => Renamed(one, names))],
                Transitions = [.. contract.Transitions.Select(one => one with { Of = one.Of is { } of ? Renamed(of, names) : null, When = Conditions.Renamed(one.When, names) })],
                Arguments = [.. contract.Arguments.Select(one => one with { Parameter = Renamed(one.Parameter, names) })],
                ParameterRunsIn = contract.ParameterRunsIn.ToDictionary(one => Renamed(one.Key, names), one => one.Value),
                Data = [.. contract.Data.Select(one => one with { Data = Renamed(one.Data, names) })],
                References = [.. contract.References.Select(one => Renamed(one, names))],
            };
    }

    private static string Renamed(string path, IReadOnlyDictionary<string, string> names)
    {
        int end = path.IndexOfAny(['.', '[']);
        string root = end < 0 ? path : path.Substring(0, end);
        return names.TryGetValue(root, out string? name) ? name + (end < 0 ? "" : path.Substring(end)) : path;
    }
}
