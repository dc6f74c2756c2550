using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Xunit;

namespace IrqSafety.Runtime.Tests;

public sealed class OperationTests
{
    private const BindingFlags StaticFields = BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;

    /// <summary>Every operation of the library, by the static field that keeps it.</summary>
    public static IEnumerable<Operation> All()
    {
        foreach (Type type in typeof(Machine).Assembly.GetExportedTypes())
        {
            Type closed = type.IsGenericTypeDefinition ? type.MakeGenericType([.. type.GetGenericArguments().Select(_ => typeof(string))]) : type;
            foreach (FieldInfo field in closed.GetFields(StaticFields).Where(field => field.FieldType == typeof(Operation)))
            {
                yield return (Operation)field.GetValue(null)!;
            }
        }
    }

    [Fact]
    public void Every_operation_is_compiled_from_the_member_it_is_named_after()
    {
        Operation[] operations = [.. All()];
        Assert.NotEmpty(operations);
        Assert.Equal(operations.Length, operations.Select(operation => operation.Contract.DocumentationId).Distinct().Count());
        Assert.All(operations, operation => Assert.Contains("IrqSafety.Runtime." + operation.Name.Split('.')[0], operation.Contract.DocumentationId, StringComparison.Ordinal));
    }
}
