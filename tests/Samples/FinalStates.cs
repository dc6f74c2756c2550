using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace IrqSafety.Samples.Tests;

/// <summary>A sample's scenario that notes the state each execution ends in: the values of the shared cells that its tasks and boot code reach through their fields.</summary>
/// <remarks>Plain fields are left out: in which order CPUs write those is no choice of the search.</remarks>
internal sealed class FinalStates(IScenario inner, ISet<string> states) : IScenario
{
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly List<object> _cells = [];

    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        inner.Build(machine);
        machine.AtEnd("state noted", () =>
        {
            _seen.Clear();
            _cells.Clear();
            Visit(inner);
            foreach (Delegate body in machine.Tasks.Select(task => (Delegate)task.Body).Concat(machine.BootSteps))
            {
                Visit(body);
            }

            _ = states.Add(string.Join(' ', _cells.Select(cell => $"{cell}={Value(cell)}")));
            return true;
        });
    }

    private static object? Value(object cell)
    {
        object? value = cell.GetType().GetProperty("Peek")!.GetValue(cell);
        return value is null or ValueType or string ? value : value.GetType().Name;
    }

    private void Visit(object? found)
    {
        if (found is null or string || found.GetType() is { IsPrimitive: true } or { IsEnum: true } || !_seen.Add(found))
        {
            return;
        }

        Type type = found.GetType();
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Shared<>))
        {
            _cells.Add(found);
        }
        else if (found is IDataCells cells)
        {
            _cells.AddRange(cells.Cells);
        }
        else if (found is Delegate body)
        {
            Visit(body.Target);
        }
        else if (found is Array array)
        {
            foreach (object? element in array)
            {
                Visit(element);
            }
        }
        else if (type.Assembly == typeof(FinalStates).Assembly)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            {
                Visit(field.IsLiteral ? null : field.GetValue(found));
            }
        }
    }
}
