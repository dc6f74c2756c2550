using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>A scenario that can be executed.</summary>
public sealed class ScenarioType
{
    private readonly Func<IScenario> _create;

    private ScenarioType(string name, string summary, Func<IScenario> create)
    {
        Name = name;
        Summary = summary;
        _create = create;
    }

    /// <summary>Its name: that of the class.</summary>
    public string Name { get; }

    /// <summary>What it is about.</summary>
    public string Summary { get; }

    /// <summary>The scenario of this class.</summary>
    public static ScenarioType Of<TScenario>()
        where TScenario : IScenario, new() => new(typeof(TScenario).Name, SummaryOf(typeof(TScenario)), static () => new TScenario());

    /// <summary>A scenario that is made by a function.</summary>
    internal static ScenarioType From(string name, Func<IScenario> create) => new(name, name, create);

    /// <summary>The scenarios of an assembly, by name.</summary>
    /// <exception cref="ScenarioException">A class marked as a scenario cannot be one, or two share a name.</exception>
    public static IReadOnlyList<ScenarioType> In(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var found = new List<ScenarioType>();
        foreach (Type type in assembly.GetTypes().Where(type => type.IsDefined(typeof(ScenarioAttribute), inherit: false)))
        {
            if (!typeof(IScenario).IsAssignableFrom(type) || type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is null || !type.IsVisible)
            {
                throw new ScenarioException($"'{type.FullName}' is marked [Scenario], but is not a public class with a parameterless constructor that implements IScenario. Make it one, or remove the attribute.");
            }

            if (found.Any(other => other.Name == type.Name))
            {
                throw new ScenarioException($"two scenarios are called '{type.Name}'. Scenarios are named by their class; rename one.");
            }

            found.Add(new ScenarioType(type.Name, SummaryOf(type), () => (IScenario)Activator.CreateInstance(type)!));
        }

        return [.. found.OrderBy(scenario => scenario.Name, StringComparer.Ordinal)];
    }

    /// <summary>Constructs the scenario and lets it declare what it needs.</summary>
    /// <param name="used">What an execution that is over was built from, to be used again; null for a new one.</param>
    /// <exception cref="ScenarioException">The scenario's own code threw.</exception>
    internal MachineBuilder Build(MachineBuilder? used = null)
    {
        try
        {
            IScenario scenario = _create();
            MachineBuilder builder = used ?? new MachineBuilder();
            builder.MakeNew(scenario.GetType());
            scenario.Build(builder);
            builder.Validate();
            return builder;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } inner)
        {
            throw new ScenarioException($"the constructor of scenario '{Name}' threw {inner.GetType().Name}: {inner.Message}", inner);
        }
        catch (Exception exception) when (exception is not ScenarioException and not OutOfMemoryException)
        {
            throw new ScenarioException($"scenario '{Name}' cannot be built: {exception.Message}", exception);
        }
    }

    private static string SummaryOf(Type type) => type.GetCustomAttribute<ScenarioAttribute>()?.Summary ?? type.Name;
}

/// <summary>A scenario that cannot be used, in words that say what to change.</summary>
public sealed class ScenarioException : Exception
{
    /// <summary>Says what is wrong and what to do.</summary>
    public ScenarioException(string message)
        : base(message)
    {
    }

    /// <summary>The same, with its cause.</summary>
    public ScenarioException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
