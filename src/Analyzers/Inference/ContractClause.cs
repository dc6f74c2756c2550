using System;
using System.Linq;

namespace IrqSafety.Analyzers.Inference;

/// <summary>What a contract may speak of. What a declaration says of a subject is its author's decision, and nothing is added to it.</summary>
[Flags]
internal enum Subject
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Where it is legal.</summary>
    Contexts = 1 << 0,

    /// <summary>Whether it sleeps.</summary>
    Blocking = 1 << 1,

    /// <summary>Whether it allocates.</summary>
    Allocation = 1 << 2,

    /// <summary>Whether it waits for other CPUs.</summary>
    Waiting = 1 << 3,

    /// <summary>What must be masked or unmasked for it.</summary>
    MaskNeeds = 1 << 4,

    /// <summary>What it does to masks.</summary>
    Masks = 1 << 5,

    /// <summary>What it does to locks.</summary>
    Locks = 1 << 6,

    /// <summary>How it is left.</summary>
    Exceptions = 1 << 7,
}

/// <summary>One attribute of an inferred contract.</summary>
/// <param name="Text">As it is written between brackets.</param>
/// <param name="Phrase">What it says, as the end of "the method …".</param>
/// <param name="IsReason">False for what alone is no reason to declare a contract: what ships with the analyzer, and exceptions.</param>
internal sealed record ContractClause(string Text, string Phrase, bool IsReason)
{
    /// <summary>The name of the attribute, without the suffix.</summary>
    public string Attribute
    {
        get
        {
            string text = Text.StartsWith("return: ", StringComparison.Ordinal) ? Text.Substring("return: ".Length) : Text;
            int end = text.IndexOf('(');
            return end < 0 ? text : text.Substring(0, end);
        }
    }

    /// <summary>An attribute with these arguments.</summary>
    public static ContractClause Of(string attribute, string phrase, bool isReason, params string?[] arguments)
    {
        string list = string.Join(", ", arguments.Where(one => one is not null));
        return new ContractClause(list.Length == 0 ? attribute : $"{attribute}({list})", phrase, isReason);
    }
}
