using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator.Tests;

/// <summary>Walks through two objects of the model or the engine, field by field, and says where their state differs.</summary>
internal sealed class SameState
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    // What is no state of an execution. Each with the reason.
    private static readonly (Type Type, string Field)[] s_apart =
    [
        // No two machines or lives share it: that is what it is for.
        (typeof(Machine), "<Life>k__BackingField"),

        // Set by the first execution, which needs no reset.
        (typeof(SimulatedExecution), "_isUsed"),

        // What the rules answered is remembered, and holds for whoever tells them the same.
        (typeof(LockRules), "_remembered"),
        (typeof(LockRules), "_validator"),
        (typeof(LockRules), "_asked"),
        (typeof(LockFollower), "_instances"),
        (typeof(LockFollower), "_taskNames"),

        // Made new when one is asked for.
        (typeof(Machine), "_spareTasks"),

        // Written anew at every point before anybody reads it.
        (typeof(DecisionMaker), "_decision"),

        // Arrays of clocks are kept, and cleared when a process gets one.
        (typeof(Clocks), "_of"),

        // Which assemblies the program consists of: looked up once, true of every execution.
        (typeof(GuardedCells), "_program"),
    ];

    private readonly HashSet<(object, object)> _seen = new(new Pairs());
    private readonly List<string> _differences = [];

    public static IReadOnlyList<string> Differences(object one, object other)
    {
        var comparison = new SameState();
        comparison.Compare(one.GetType().Name, one, other);
        return comparison._differences;
    }

    private void Compare(string path, object? one, object? other)
    {
        if (one is null && other is null)
        {
            return;
        }

        if (one is null || other is null)
        {
            // Made when it was first needed, kept, and as when it was made.
            object present = (one ?? other)!;
            if (IsKept(present.GetType()) && New(present) is { } made)
            {
                Compare(path, present, made);
            }
            else if (!IsUnused(present))
            {
                _differences.Add($"{path}: {one ?? "null"} and {other ?? "null"}");
            }

            return;
        }

        Type type = one.GetType();
        if (type != other.GetType())
        {
            _differences.Add($"{path}: {type} and {other.GetType()}");
        }
        else if (type.IsPrimitive || type.IsEnum || one is string)
        {
            if (!one.Equals(other))
            {
                _differences.Add($"{path}: {one} and {other}");
            }
        }
        else if (one is SemaphoreSlim semaphore)
        {
            Compare($"{path}.CurrentCount", semaphore.CurrentCount, ((SemaphoreSlim)other).CurrentCount);
        }
        else if (one is Delegate or Thread or MemberInfo or SharedLocations or TaskThread.Pool or MachineBuilder or IStrategy || (!type.IsValueType && !_seen.Add((one, other))))
        {
            // Code, what is shared on purpose, or on the way here.
        }
        else if (one is InterruptBank bank)
        {
            Banks(path, bank, (InterruptBank)other);
        }
        else if (one is IrqDescriptors descriptors)
        {
            Elements($"{path}.Used", [.. descriptors.Used], [.. ((IrqDescriptors)other).Used], mayBeKept: false);
            Kept(path, KeptBy<IrqDescriptor>(one, "_descriptors").Where(each => !each.IsUsed), each => new IrqDescriptor(each.Irq, new ProtocolStates(null!)), "_protocols", "_line", "_flow");
            Fields(path, type, one, other, "_descriptors", "_used");
        }
        else if (one is ProtocolStates protocols)
        {
            Elements($"{path}.Used", [.. protocols.Used], [.. ((ProtocolStates)other).Used], mayBeKept: false);
            Kept(path, KeptBy<ObjectStates>(one, "_states").Where(each => !each.IsUsed), each => new ObjectStates(each.Table, each.Key, each.ByCpu.Length));
        }
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(PerMachine<>))
        {
            // Starts afresh by the life of its machine.
        }
        else if (one is IEnumerable and not IReusable && (type.Namespace is null || type.IsArray || type.Namespace.StartsWith("System.Collections", StringComparison.Ordinal)))
        {
            Elements(path, [.. ((IEnumerable)one).Cast<object?>()], [.. ((IEnumerable)other).Cast<object?>()], IsKept(ElementOf(type)));
        }
        else
        {
            Fields(path, type, one, other);
        }
    }

    // What is kept for the next that asks for it is as when it was made.
    private void Kept<T>(string path, IEnumerable<T> unused, Func<T, T> made, params string[] apart)
        where T : class
    {
        foreach (T each in unused)
        {
            Fields($"{path}[{each}]", typeof(T), each, made(each), apart);
        }
    }

    private static IEnumerable<T> KeptBy<T>(object owner, string field) => ((IDictionary)owner.GetType().GetField(field, Own)!.GetValue(owner)!).Values.Cast<T>();

    private void Fields(string path, Type type, object one, object other, params string[] apart)
    {
        for (Type? each = type; each is not null && each != typeof(object); each = each.BaseType)
        {
            foreach (FieldInfo field in each.GetFields(Own).Where(field => !s_apart.Contains((field.DeclaringType!, field.Name)) && !apart.Contains(field.Name)))
            {
                Compare($"{path}.{field.Name}", field.GetValue(one), field.GetValue(other));
            }
        }
    }

    private void Elements(string path, object?[] one, object?[] other, bool mayBeKept)
    {
        if (one.Length != other.Length && !mayBeKept)
        {
            _differences.Add($"{path}: {one.Length} and {other.Length} elements");
            return;
        }

        for (int index = 0; index < Math.Max(one.Length, other.Length); index++)
        {
            Compare($"{path}[{index}]", index < one.Length ? one[index] : null, index < other.Length ? other[index] : null);
        }
    }

    // Lines are kept: those that nobody asked for since are as when they were made.
    private void Banks(string path, InterruptBank one, InterruptBank other)
    {
        Elements($"{path}.Used", [.. one.Used()], [.. other.Used()], mayBeKept: false);
        Compare($"{path}.HasCandidates", one.HasCandidates, other.HasCandidates);
        var made = (InterruptBank)RuntimeHelpers.GetUninitializedObject(typeof(InterruptBank));
        foreach (FieldInfo field in typeof(InterruptBank).GetFields(Own))
        {
            field.SetValue(made, field.FieldType.IsArray ? Array.CreateInstance(field.FieldType.GetElementType()!, 0) : field.FieldType == typeof(List<InterruptState>) ? new List<InterruptState>() : field.Name == "_candidateCount" ? 0 : field.GetValue(one));
        }

        FieldInfo states = typeof(InterruptBank).GetField("_states", Own)!;
        foreach (InterruptState state in ((InterruptState?[])states.GetValue(one)!).OfType<InterruptState>().Where(state => !state.IsUsed))
        {
            InterruptState fresh = made[state.Index];
            fresh.IsUsed = false;
            _ = _seen.Add((one, made));
            Compare($"{path}[{state.Irq}]", state, fresh);
        }
    }

    private static Type? ElementOf(Type type) => type.IsArray ? type.GetElementType() : type.IsGenericType ? type.GetGenericArguments()[^1] : null;

    private static bool IsKept(Type? type) => type is not null && (typeof(IReusable).IsAssignableFrom(type) || type == typeof(CpuOrder));

    private static bool IsUnused(object kept) => kept is CpuOrder { IsUsed: false } or ICollection { Count: 0 } || (kept is int[] clock && !Clocks.SaysSomething(clock));

    private static object? New(object kept) => kept is CpuOrder ? null : Activator.CreateInstance(kept.GetType());

    private sealed class Pairs : IEqualityComparer<(object, object)>
    {
        public bool Equals((object, object) x, (object, object) y) => ReferenceEquals(x.Item1, y.Item1) && ReferenceEquals(x.Item2, y.Item2);

        public int GetHashCode((object, object) pair) => HashCode.Combine(RuntimeHelpers.GetHashCode(pair.Item1), RuntimeHelpers.GetHashCode(pair.Item2));
    }
}
