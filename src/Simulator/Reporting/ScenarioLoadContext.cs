using System.IO;
using System.Reflection;
using System.Runtime.Loader;

namespace IrqSafety.Simulator;

/// <summary>Finds the scenario assembly and what it needs beside it. The model is the one this process already runs.</summary>
internal sealed class ScenarioLoadContext
{
    private readonly AssemblyDependencyResolver _resolver;

    public ScenarioLoadContext(string path)
    {
        _resolver = new AssemblyDependencyResolver(path);
        AssemblyLoadContext.Default.Resolving += Resolve;
        Scenarios = AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
    }

    /// <summary>The assembly with the scenarios.</summary>
    public Assembly Scenarios { get; }

    private Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        _resolver.ResolveAssemblyToPath(name) is { } path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
}
