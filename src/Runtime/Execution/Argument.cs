using System;
using System.Globalization;

namespace IrqSafety.Runtime;

/// <summary>An actual argument of an operation, for the conditions and constraints of its contract.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct Argument(string Name, object? Value)
{
    /// <summary>From a name and a value.</summary>
    public static implicit operator Argument((string Name, object? Value) pair) => new(pair.Name, pair.Value);

    /// <summary>The argument of a parameter, or null.</summary>
    public static Argument? Find(ReadOnlySpan<Argument> arguments, string parameter)
    {
        foreach (Argument argument in arguments)
        {
            if (argument.Name == parameter)
            {
                return argument;
            }
        }

        return null;
    }

    /// <summary>The value as conditions write constants: <c>true</c>, <c>false</c>, <c>null</c>, a number, or an enum member's name.</summary>
    public string? AsConstant() => Value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        Enum or int or long or uint => Convert.ToString(Value, CultureInfo.InvariantCulture),
        IntId id => id.Value.ToString(CultureInfo.InvariantCulture),
        CpuId cpu => cpu.Value.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>The number that constraints judge: an enum's value, or what a type wraps.</summary>
    public long? AsNumber() => Value switch
    {
        IntId id => id.Value,
        CpuId cpu => cpu.Value,
        Enum or int or long or uint => Convert.ToInt64(Value, CultureInfo.InvariantCulture),
        _ => null,
    };
}
