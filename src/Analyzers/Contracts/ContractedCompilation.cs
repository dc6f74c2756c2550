using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>What the rules know about one compilation. It exists only when contract attributes do, in source or in a reference.</summary>
internal sealed class ContractedCompilation
{
    private ContractedCompilation(Compilation compilation)
    {
        Compilation = compilation;
        Contracts = new ContractReader();
        Locks = new LockClasses(compilation);
    }

    /// <summary>The compilation.</summary>
    public Compilation Compilation { get; }

    /// <summary>The contracts of methods.</summary>
    public ContractReader Contracts { get; }

    /// <summary>The classes of locks.</summary>
    public LockClasses Locks { get; }

    /// <summary>The view of this compilation, or null when nothing in it can carry a contract.</summary>
    public static ContractedCompilation? TryCreate(Compilation compilation)
    {
        foreach (string name in AnyOf)
        {
            if (!compilation.GetTypesByMetadataName($"{ContractAttribute.Namespace}.{name}Attribute").IsEmpty)
            {
                return new ContractedCompilation(compilation);
            }
        }

        return null;
    }

    // A project that declares its own copies may declare only those it uses.
    private static readonly string[] AnyOf =
    [
        "RunsIn", "LegalIn", "ForbiddenIn", "NmiSafe", "MayBlock", "MayAllocate", "WaitsForCpus", "Acquires", "TryAcquires", "Takes", "SetsMask",
        "SavesMask", "RestoresMask", "RequiresMasked", "RequiresUnmasked", "Transition", "RejectsFlag", "RequiresFlag", "ArgumentRange", "Guard", "Parks",
    ];
}
