using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Contracts.Variance;

/// <summary>Effects on locks, as text.</summary>
internal static class LockText
{
    /// <summary>True when a declaration's name for a lock covers another: the same path, or the alias in which that ends.</summary>
    public static bool NamesSame(string declared, string own) => declared == own || (!declared.Contains(".") && declared != "this" && LastOf(own) == declared);

    /// <summary>The last name of a path.</summary>
    public static string LastOf(string path) => path.Substring(path.LastIndexOf('.') + 1);

    /// <summary>What it does, as the end of "the method …".</summary>
    public static string Phrase(LockEffect effect)
    {
        string when = effect.When is null ? "" : $" when {Conditions.Written(effect.When)}";
        return effect.Action switch
        {
            LockAction.Acquire => $"returns with '{effect.Lock}' held{when}",
            LockAction.Release => $"releases '{effect.Lock}'{when}",
            LockAction.TryAcquire => $"tries to take '{effect.Lock}'{when}",
            LockAction.RequireHeld => $"must be called with '{effect.Lock}' held",
            LockAction.RequireNotHeld => $"must be called without '{effect.Lock}' held",
            LockAction.Initialise => $"initialises '{effect.Lock}'",
            _ => $"takes '{effect.Lock}'{when}",
        };
    }

    /// <summary>The attribute that says it.</summary>
    public static string Attribute(LockEffect effect)
    {
        string name = effect.Action switch
        {
            LockAction.Acquire => "Acquires",
            LockAction.Release => "Releases",
            LockAction.TryAcquire => "TryAcquires",
            LockAction.RequireHeld => "RequiresHeld",
            LockAction.RequireNotHeld => "RequiresNotHeld",
            LockAction.Initialise => "Initialises",
            _ => "Takes",
        };
        string?[] arguments =
        [
            ContractText.Quoted(effect.Lock),
            effect.Action is LockAction.RequireNotHeld or LockAction.Initialise ? null : ContractText.Mode(effect.Mode),
            effect.On ? null : "On = false",
            effect.When is null ? null : ContractText.When(Conditions.Written(effect.When)),
            Named("Unless", effect.Unless),
            Named("OnResult", effect.OnResult),
            Named("Subclass", effect.Subclass),
            Named("Nest", effect.Nest),
        ];
        return $"{name}({string.Join(", ", arguments.Where(one => one is not null))})";
    }

    private static string? Named(string property, string? value) => value is null ? null : $"{property} = {ContractText.Quoted(value)}";
}
