using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Contracts;
using Microsoft.CodeAnalysis;

namespace IrqSafety.CodeFixes.Deferral;

/// <summary>
/// A class that runs deferred work as an ordinary interrupt, <c>struct irq_work</c> in the kernel. It is known by its contract, never by its
/// name: <c>[DefersTo]</c>, a constructor that takes the work, and one <c>[NmiSafe]</c> method that queues it.
/// </summary>
/// <param name="Type">The class; open when it hands its owner to the work.</param>
/// <param name="Queue">The method that queues the work.</param>
/// <param name="HasOwner">True when the work gets the object it is queued with.</param>
internal sealed record DeferredWorkType(INamedTypeSymbol Type, string Queue, bool HasOwner)
{
    /// <summary>The class that runs work with or without an owner, as code in <paramref name="within"/> can use it; null when there is none.</summary>
    public static DeferredWorkType? Find(Compilation compilation, INamedTypeSymbol within, bool withOwner, ContractReader contracts) => Assemblies(compilation)
        .SelectMany(assembly => TypesIn(assembly.GlobalNamespace))
        .Where(type => RunsAsInterrupt(type) && compilation.IsSymbolAccessibleWithin(type, within) && TakesWork(type, withOwner, compilation, within))
        .Select(type => (Type: type, Queue: QueueOf(type, withOwner, compilation, within, contracts)))
        .Where(found => found.Queue is not null)
        .OrderBy(found => found.Type.ToDisplayString(), System.StringComparer.Ordinal)
        .Select(found => new DeferredWorkType(found.Type, found.Queue!, withOwner))
        .FirstOrDefault();

    /// <summary>The class as a field of <paramref name="owner"/> has it.</summary>
    public INamedTypeSymbol For(INamedTypeSymbol owner) => HasOwner ? Type.Construct(owner) : Type;

    // Only what can see the attribute can carry it: this project, and those that refer to where it is declared.
    private static IEnumerable<IAssemblySymbol> Assemblies(Compilation compilation)
    {
        HashSet<string> declaring = [.. compilation.GetTypesByMetadataName(typeof(DefersToAttribute).FullName).Select(type => type.ContainingAssembly.Identity.Name)];
        return new[] { compilation.Assembly }
            .Concat(compilation.SourceModule.ReferencedAssemblySymbols)
            .Where(assembly => declaring.Contains(assembly.Identity.Name) || assembly.Modules.Any(module => module.ReferencedAssemblies.Any(reference => declaring.Contains(reference.Name))));
    }

    private static IEnumerable<INamedTypeSymbol> TypesIn(INamespaceSymbol space) =>
        space.GetTypeMembers().Concat(space.GetNamespaceMembers().SelectMany(TypesIn));

    private static bool RunsAsInterrupt(INamedTypeSymbol type)
    {
        if (type is not { TypeKind: TypeKind.Class, IsAbstract: false, IsStatic: false })
        {
            return false;
        }

        foreach (ContractAttribute attribute in ContractAttribute.In(type.GetAttributes()))
        {
            if (attribute.Name == "DefersTo" && attribute.Enum<Context>(0) == Context.HardIrq)
            {
                return true;
            }
        }

        return false;
    }

    private static bool TakesWork(INamedTypeSymbol type, bool withOwner, Compilation compilation, INamedTypeSymbol within) =>
        type.Arity == (withOwner ? 1 : 0) &&
        type.InstanceConstructors.Any(constructor =>
            compilation.IsSymbolAccessibleWithin(constructor, within) &&
            constructor.Parameters.FirstOrDefault()?.Type is INamedTypeSymbol { DelegateInvokeMethod: { ReturnsVoid: true } invoke } &&
            constructor.Parameters.Skip(1).All(parameter => parameter.IsOptional) &&
            Takes(invoke, type, withOwner));

    private static string? QueueOf(INamedTypeSymbol type, bool withOwner, Compilation compilation, INamedTypeSymbol within, ContractReader contracts)
    {
        IMethodSymbol[] queues =
        [
            .. type.GetMembers().OfType<IMethodSymbol>().Where(method =>
                method is { MethodKind: MethodKind.Ordinary, IsStatic: false, Arity: 0 } &&
                compilation.IsSymbolAccessibleWithin(method, within) &&
                contracts.Of(method).NmiSafe &&
                Takes(method, type, withOwner)),
        ];
        return queues.Length == 1 ? queues[0].Name : null;
    }

    private static bool Takes(IMethodSymbol method, INamedTypeSymbol type, bool withOwner) => withOwner
        ? method.Parameters.Length == 1 && method.Parameters[0].RefKind == RefKind.None && SymbolEqualityComparer.Default.Equals(method.Parameters[0].Type, type.TypeParameters[0])
        : method.Parameters.IsEmpty;
}
