using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using IrqSafety.Analyzers.Contracts.Files;
using IrqSafety.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>
/// What the rules know about one compilation. It exists only when contract attributes do, in source or in a reference, or a contract file of the
/// user: what ships with the analyzer is knowledge, never a reason to run.
/// </summary>
internal sealed class ContractedCompilation
{
    private readonly System.Lazy<IMethodSymbol?> _monitorEnter;
    private readonly SymbolMap<IMethodSymbol, CalledMethod> _called;

    private ContractedCompilation(Compilation compilation, ContractFiles files, AnalysisOptions options)
    {
        _monitorEnter = new(() => compilation.GetTypesByMetadataName("System.Threading.Monitor").SelectMany(type => type.GetMembers("Enter")).OfType<IMethodSymbol>().FirstOrDefault(method => method.Parameters.Length == 2));
        Options = options;
        Compilation = compilation;
        Files = files;
        Source = new ContractSource(compilation, files);
        Contracts = new ContractReader(Source);
        Data = new DataContracts(Source);
        Locks = new LockClasses(compilation, Source);
        _called = new(references: null, definition => new CalledMethod(definition, Contracts.Of(definition)));
    }

    /// <summary>The compilation.</summary>
    public Compilation Compilation { get; }

    /// <summary>What the user set.</summary>
    public AnalysisOptions Options { get; }

    /// <summary>The contract files of the user.</summary>
    public ContractFiles Files { get; }

    /// <summary>The contract attributes of symbols, wherever they are written.</summary>
    public ContractSource Source { get; }

    /// <summary>The contracts of methods.</summary>
    public ContractReader Contracts { get; }

    /// <summary>The contracts of data.</summary>
    public DataContracts Data { get; }

    /// <summary>The classes of locks.</summary>
    public LockClasses Locks { get; }

    /// <summary>What a call of a method does by its contract.</summary>
    public CalledMethod Called(IMethodSymbol method) => _called.Of(ContractReader.Definition(method));

    /// <summary>What a lock statement over a value of this type calls to take the lock; null when the framework has no such method.</summary>
    public IMethodSymbol? EnteredBy(ITypeSymbol? gate) =>
        gate is { Name: "Lock", ContainingNamespace: { Name: "Threading", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } }
            ? gate.GetMembers("EnterScope").OfType<IMethodSymbol>().FirstOrDefault()
            : _monitorEnter.Value;

    /// <summary>True for a field of the program that nothing protects: it has no contract, is neither a cell nor a lock, and can change.</summary>
    public bool IsPlain(IFieldSymbol field) =>
        field is { IsConst: false, IsReadOnly: false, IsVolatile: false, IsImplicitlyDeclared: false } && field.DeclaringSyntaxReferences.Length > 0
        && Data.Of(field) is null && !Data.IsCell(field.Type) && Locks.KindOf(field.Type) == IrqSafety.Contracts.LockKind.Unknown
        && !field.GetAttributes().Any(attribute => attribute.AttributeClass is { Name: "ThreadStaticAttribute", ContainingNamespace.Name: "System" });

    /// <summary>The view of this compilation, or null when nothing in it can carry a contract.</summary>
    public static ContractedCompilation? TryCreate(Compilation compilation, AnalyzerOptions options, CancellationToken cancellation)
    {
        ContractFiles files = ContractFiles.Of(options.AdditionalFiles, cancellation);
        return files.Files.Count > 0 || HasAttributes(compilation) ? new ContractedCompilation(compilation, files, new AnalysisOptions(options.AnalyzerConfigOptionsProvider)) : null;
    }

    private static bool HasAttributes(Compilation compilation)
    {
        foreach (IAssemblySymbol reference in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            if (HasAttributes(reference))
            {
                return true;
            }
        }

        return HasAttributes(compilation.Assembly.GlobalNamespace);
    }

    /// <summary>True when a referenced assembly declares contract attributes.</summary>
    public static bool HasAttributes(IAssemblySymbol reference) => (bool)Declare.GetValue(reference, static one => HasAttributes(one.GlobalNamespace));

    private static readonly ConditionalWeakTable<IAssemblySymbol, object> Declare = new();

    /// <summary>True when contract attributes are declared there. A project that declares its own copies may declare only those it uses.</summary>
    private static bool HasAttributes(INamespaceSymbol global)
    {
        string[] names = ContractAttribute.Namespace.Split('.');
        return global.GetMembers(names[0]).OfType<INamespaceSymbol>()
            .SelectMany(space => space.GetMembers(names[1]).OfType<INamespaceSymbol>())
            .Any(space => space.GetTypeMembers().Any(type => type.Name.EndsWith("Attribute", System.StringComparison.Ordinal)
                && ContractVocabulary.All.ContainsKey(type.Name.Substring(0, type.Name.Length - "Attribute".Length))));
    }
}
