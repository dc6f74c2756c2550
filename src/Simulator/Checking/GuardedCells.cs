using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>A cell in a field or property that has a contract.</summary>
/// <param name="Owner">The object; null for a static member.</param>
/// <param name="Member">The field or property.</param>
/// <param name="Contract">Its contract.</param>
internal sealed record GuardedCell(object? Owner, MemberInfo Member, DataContract Contract)
{
    /// <summary>The data as a person names it.</summary>
    public string Name => $"{Member.DeclaringType!.Name}.{Member.Name}";

    /// <summary>The lock that an expression of the contract names; null when it cannot be found here.</summary>
    /// <remarks>An alias names no lock but a class: then the text itself is returned.</remarks>
    public object? LockOf(string text)
    {
        if (!LockExpression.TryParse(text, out LockExpression? expression, out _))
        {
            return null;
        }

        Type type = Member.DeclaringType!;
        object? value = Owner;
        if (expression!.Root != "this")
        {
            if (GuardedCells.MemberOf(type, expression.Root) is { } first)
            {
                (value, type) = Read(first, Owner);
            }
            else if (Outer(type).Concat(type.Assembly.GetTypes().Where(one => one.Namespace == type.Namespace)).FirstOrDefault(one => one.Name == expression.Root) is { } named)
            {
                (value, type) = (null, named);
            }
            else
            {
                return text;
            }
        }

        foreach (LockExpression.Step step in expression.Steps)
        {
            if (step.IsKey || GuardedCells.MemberOf(type, step.Name) is not { } member)
            {
                return null;
            }

            (value, type) = Read(member, value);
        }

        return value as KernelLock;
    }

    private static (object? Value, Type Type) Read(MemberInfo member, object? owner)
    {
        object? value = member switch
        {
            FieldInfo field when field.IsStatic || owner is not null => field.GetValue(owner),
            PropertyInfo property when owner is not null || property.GetMethod!.IsStatic => property.GetValue(owner),
            _ => null,
        };
        return (value, value?.GetType() ?? (member as FieldInfo)?.FieldType ?? ((PropertyInfo)member).PropertyType);
    }

    private static IEnumerable<Type> Outer(Type type)
    {
        for (Type? outer = type; outer is not null; outer = outer.DeclaringType)
        {
            yield return outer;
        }
    }
}

/// <summary>
/// Which cells stand in fields that have a contract. A cell does not know where it stands, so the objects of the program are searched from the
/// scenario and from its statics, when a cell is touched for the first time; programs without such fields are not searched.
/// </summary>
internal sealed class GuardedCells(SimulatedExecution execution)
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly ConditionalWeakTable<Assembly, IReadOnlyList<FieldInfo>> s_guarded = [];
    private static readonly ConditionalWeakTable<Type, IReadOnlyList<(FieldInfo Field, DataContract? Contract)>> s_fields = [];
    private static readonly ConditionalWeakTable<Assembly, object> s_isProgram = [];
    private static int s_assembliesLoaded;
    private Program _program = new(-1, [], HasGuardedFields: false);
    private readonly Dictionary<object, GuardedCell?> _known = new(ReferenceEqualityComparer.Instance);

    static GuardedCells() => AppDomain.CurrentDomain.AssemblyLoad += static (_, _) => Interlocked.Increment(ref s_assembliesLoaded);

    /// <summary>An execution begins.</summary>
    public void MakeNew() => _known.Clear();

    /// <summary>The program has fields for cells that have a contract.</summary>
    public bool Exist
    {
        get
        {
            if (_program.Loaded != Volatile.Read(ref s_assembliesLoaded))
            {
                _program = LookForProgram();
            }

            return _program.HasGuardedFields;
        }
    }

    /// <summary>The contract of a cell; null when it has none.</summary>
    public GuardedCell? Find(object cell)
    {
        if (!Exist)
        {
            return null;
        }

        if (_known.TryGetValue(cell, out GuardedCell? known))
        {
            return known;
        }

        return FindAnew(cell);
    }

    private GuardedCell? FindAnew(object cell)
    {
        _ = execution.Observe(() =>
        {
            Search();
            return true;
        });
        return _known.TryGetValue(cell, out GuardedCell? known) ? known : _known[cell] = null;
    }

    // The assemblies of the scenario and what they use. One that is used late is loaded late: then they are looked for again. The number is read first, so that none is missed.
    private Program LookForProgram()
    {
        int loaded = Volatile.Read(ref s_assembliesLoaded);
        var found = new HashSet<Assembly>();
        var open = new Queue<Assembly>(execution.Scenario.Assemblies.Where(IsProgram));
        while (open.TryDequeue(out Assembly? each))
        {
            if (found.Add(each))
            {
                HashSet<string?> used = [.. each.GetReferencedAssemblies().Select(reference => reference.Name)];
                foreach (Assembly other in AppDomain.CurrentDomain.GetAssemblies().Where(one => used.Contains(one.GetName().Name) && IsProgram(one)))
                {
                    open.Enqueue(other);
                }
            }
        }

        return new Program(loaded, [.. found], found.Any(each => s_guarded.GetValue(each, GuardedFields).Count > 0));
    }

    /// <summary>The field or property of a type or of one that it derives from.</summary>
    public static MemberInfo? MemberOf(Type? type, string name)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (((MemberInfo?)type.GetField(name, Own) ?? type.GetProperty(name, Own)) is { } member)
            {
                return member;
            }
        }

        return null;
    }

    private static bool IsProgram(Assembly assembly) => (bool)s_isProgram.GetValue(assembly, static one => UsesModel(one));

    private static bool UsesModel(Assembly assembly) =>
        !assembly.IsDynamic && assembly != typeof(GuardedCells).Assembly && assembly != typeof(KernelLock).Assembly
        && assembly.GetReferencedAssemblies().Any(reference => reference.Name == typeof(KernelLock).Assembly.GetName().Name);

    private static IReadOnlyList<FieldInfo> GuardedFields(Assembly assembly) =>
        [.. TypesOf(assembly).SelectMany(type => type.GetFields(Own)).Where(field => ContractOf(field) is { } && HoldsCells(field.FieldType))];

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException incomplete)
        {
            return incomplete.Types.OfType<Type>();
        }
    }

    private static bool HoldsCells(Type type) => (type.IsArray ? type.GetElementType()! : type).IsDefined(typeof(DataCellAttribute), inherit: false);

    private static DataContract? ContractOf(FieldInfo field) => ContractReader.ReadData(field) ?? (PropertyOf(field) is { } property ? ContractReader.ReadData(property) : null);

    // An automatic property, or a partial one that a generator has built on a cell.
    private static PropertyInfo? PropertyOf(FieldInfo field)
    {
        string? name = field.Name is ['<', ..] && field.Name.IndexOf('>', StringComparison.Ordinal) is > 1 and var end ? field.Name[1..end]
            : field.Name.StartsWith("__", StringComparison.Ordinal) && field.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) ? field.Name[2..]
            : null;
        return name is null ? null : field.DeclaringType!.GetProperty(name, Own);
    }

    private void Search()
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var found = new Queue<object>();
        Meet(execution.Scenario, seen, found);
        foreach (Type type in _program.Assemblies.SelectMany(TypesOf).Where(type => !type.ContainsGenericParameters))
        {
            // Only the types of the program: their constructors run when the program touches them, which the search must not do before.
            foreach ((FieldInfo field, DataContract? contract) in FieldsOf(type).Where(one => one.Field.IsStatic && !one.Field.IsLiteral))
            {
                Follow(field, contract, null, seen, found);
            }
        }

        while (found.TryDequeue(out object? each))
        {
            for (Type? type = each.GetType(); type is not null && IsSearched(type); type = type.BaseType)
            {
                foreach ((FieldInfo field, DataContract? contract) in FieldsOf(type).Where(one => !one.Field.IsStatic))
                {
                    Follow(field, contract, each, seen, found);
                }
            }

            if (each is Delegate { Target: { } target })
            {
                Meet(target, seen, found);
            }
            else if (each is IEnumerable elements and (Array or IList or IDictionary))
            {
                foreach (object element in elements.OfType<object>())
                {
                    Meet(element is DictionaryEntry entry ? entry.Value : element, seen, found);
                }
            }
        }
    }

    private void Follow(FieldInfo field, DataContract? contract, object? owner, HashSet<object> seen, Queue<object> found)
    {
        if (field.GetValue(owner) is not { } value)
        {
            return;
        }

        if (contract is not null && HoldsCells(field.FieldType))
        {
            foreach (object cell in CellsOf(value))
            {
                _known[cell] = new GuardedCell(owner, (MemberInfo?)PropertyOf(field) ?? field, contract);
            }
        }

        Meet(value, seen, found);
    }

    private static IEnumerable<object> CellsOf(object value)
    {
        if (value is Array array)
        {
            return array.OfType<object>().SelectMany(CellsOf);
        }

        return value is IDataCells several ? several.Cells : [value];
    }

    private static void Meet(object? value, HashSet<object> seen, Queue<object> found)
    {
        if (value is not null && !value.GetType().IsValueType && value is not string && seen.Add(value))
        {
            found.Enqueue(value);
        }
    }

    // Of the framework, only collections and delegates lead on to objects of the program; of the model, nothing does but the scenario's tasks.
    private static bool IsSearched(Type type) => IsProgram(type.Assembly) || type.Assembly == typeof(GuardedCells).Assembly;

    private static IReadOnlyList<(FieldInfo Field, DataContract? Contract)> FieldsOf(Type type) =>
        s_fields.GetValue(type, static one => [.. one.GetFields(Own).Where(field => !field.FieldType.IsPrimitive && !field.FieldType.IsPointer && !field.FieldType.IsByRef && !field.FieldType.IsByRefLike).Select(field => (field, ContractOf(field)))]);

    private sealed record Program(int Loaded, Assembly[] Assemblies, bool HasGuardedFields);
}
