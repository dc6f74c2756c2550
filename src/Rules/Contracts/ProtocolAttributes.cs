using System;

namespace IrqSafety.Contracts;

/// <summary>What one instance of a protocol is kept for.</summary>
public enum Scope
{
    /// <summary>One state for the whole system.</summary>
    System = 0,

    /// <summary>One state per CPU; the operation acts on the CPU it runs on.</summary>
    Cpu,
}

/// <summary>
/// The operation is an event of a protocol. From which states it is legal, and where it leads, stands in the protocol's table
/// (<see cref="Rules.Protocols"/>), which the analyzer, the simulator and the documentation read.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class TransitionAttribute(string protocol, string @event) : Attribute
{
    /// <summary>Name of the protocol table.</summary>
    public string Protocol { get; } = protocol;

    /// <summary>Name of the event in that table.</summary>
    public string Event { get; } = @event;

    /// <summary>The parameter, <c>"this"</c>, or <c>"return"</c> for the result, that names the object; null when there is one object in the system.</summary>
    public string? Of { get; set; }

    /// <summary>One state per system or per CPU.</summary>
    public Scope Per { get; set; }

    /// <summary>Only when this condition on the arguments holds, for example <c>"ipi == Ipi.CpuStop"</c>.</summary>
    public string? When { get; set; }

    /// <summary>A member of the object, by name: where it is true there is no event, for example <c>"IsSpecial"</c>.</summary>
    public string? Unless { get; set; }

    /// <summary>The state changes only when the operation returned this constant, by name. Whether the event is legal does not depend on it.</summary>
    public string? OnResult { get; set; }
}

/// <summary>The operation always fails when the flag parameter contains this value.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class RejectsFlagAttribute(string parameter, object flag) : Attribute
{
    /// <summary>The parameter.</summary>
    public string Parameter { get; } = parameter;

    /// <summary>The flag, a constant of the parameter's enum.</summary>
    public object Flag { get; } = flag;

    /// <summary>Why, in a few words that complete "because …".</summary>
    public string? Because { get; set; }
}

/// <summary>The operation always fails when the flag parameter lacks this value.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class RequiresFlagAttribute(string parameter, object flag) : Attribute
{
    /// <summary>The parameter.</summary>
    public string Parameter { get; } = parameter;

    /// <summary>The flag, a constant of the parameter's enum.</summary>
    public object Flag { get; } = flag;

    /// <summary>Why, in a few words that complete "because …".</summary>
    public string? Because { get; set; }
}

/// <summary>
/// The argument must lie in this range, or in another that stands for the same parameter; otherwise the operation always fails, or breaks <see cref="Law"/>. Types that
/// wrap a number are judged by it.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ArgumentRangeAttribute(string parameter, int minimum, int maximum) : Attribute
{
    /// <summary>The parameter.</summary>
    public string Parameter { get; } = parameter;

    /// <summary>The lowest legal value.</summary>
    public int Minimum { get; } = minimum;

    /// <summary>The highest legal value.</summary>
    public int Maximum { get; } = maximum;

    /// <summary>Why, in a few words that complete "because …".</summary>
    public string? Because { get; set; }

    /// <summary>Only when this condition on the arguments holds.</summary>
    public string? When { get; set; }

    /// <summary>The law that is broken outside the range; null where the operation refuses such a call.</summary>
    public string? Law { get; set; }
}
