using System;

namespace IrqSafety.Contracts;

/// <summary>
/// The operation is a step that other operations must follow or precede: a barrier, a wait, the call of a handler. Steps have names, so that an operation of the program's
/// own is known by what it is and not by what it is called: <c>[Step("isb")]</c> on its wrapper of the instruction. The names that the model uses are in
/// <see cref="Rules.Steps"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property, AllowMultiple = true)]
public sealed class StepAttribute(string name) : Attribute
{
    /// <summary>The step.</summary>
    public string Name { get; } = name;
}

/// <summary>
/// On every path a step must follow the operation: before another step if <see cref="Before"/> names one, otherwise before the method returns. A method that leaves the step
/// to its callers declares the same.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property, AllowMultiple = true)]
public sealed class FollowedByAttribute(string step) : Attribute
{
    /// <summary>The step that must follow.</summary>
    public string Step { get; } = step;

    /// <summary>The step that must not come in between; null when only the end of the method must not.</summary>
    public string? Before { get; set; }

    /// <summary>A step after which it is not asked for.</summary>
    public string? Unless { get; set; }

    /// <summary>The law that is broken without it.</summary>
    public string? Law { get; set; }

    /// <summary>Only when this condition on the arguments holds.</summary>
    public string? When { get; set; }
}

/// <summary>On every path a step must have come before the operation. A method that leaves that to its callers declares the same.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property, AllowMultiple = true)]
public sealed class PrecededByAttribute(string step) : Attribute
{
    /// <summary>The step that must have come before.</summary>
    public string Step { get; } = step;

    /// <summary>A step after which it must come anew; null when once is enough.</summary>
    public string? Since { get; set; }

    /// <summary>The law that is broken without it.</summary>
    public string? Law { get; set; }

    /// <summary>Only when this condition on the arguments holds.</summary>
    public string? When { get; set; }
}

/// <summary>The operation must not come before a step that follows on the same path: that step belongs first.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class NotBeforeAttribute(string step) : Attribute
{
    /// <summary>The step that belongs first.</summary>
    public string Step { get; } = step;

    /// <summary>A step that makes the order indifferent once it has been taken.</summary>
    public string? Unless { get; set; }

    /// <summary>Judged only in types that never take this step: where they do, the operation means something else.</summary>
    public string? Without { get; set; }

    /// <summary>The law that is broken.</summary>
    public string? Law { get; set; }
}

/// <summary>After the operation this step is superfluous, unless one of certain steps comes next.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SelfSynchronisingAttribute(string step) : Attribute
{
    /// <summary>The step that need not follow.</summary>
    public string Step { get; } = step;

    /// <summary>The step before which it is needed all the same.</summary>
    public string? Except { get; set; }
}

/// <summary>The operation tells whether the machine has a capability: true when it has. Constant after boot.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class CapabilityAttribute(string name) : Attribute
{
    /// <summary>The capability.</summary>
    public string Name { get; } = name;
}

/// <summary>
/// The operation exists only on machines with a capability. Code that also runs on others, which it shows by asking somewhere, asks before. A method that leaves that to its
/// callers declares the same.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class RequiresCapabilityAttribute(string name) : Attribute
{
    /// <summary>The capability.</summary>
    public string Name { get; } = name;

    /// <summary>Only when this condition on the arguments holds.</summary>
    public string? When { get; set; }
}

/// <summary>What is returned says what a parameter says, in other words: a value converted to the view of somebody else. Conditions see through it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ExpressesAttribute(string parameter) : Attribute
{
    /// <summary>The parameter.</summary>
    public string Parameter { get; } = parameter;
}

/// <summary>
/// What is returned wraps the number that a parameter is, counted from <see cref="Plus"/>: the INTID of the PPI of this number. Constraints and protocols see the number.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WrapsAttribute(string parameter) : Attribute
{
    /// <summary>The parameter.</summary>
    public string Parameter { get; } = parameter;

    /// <summary>What is added to it.</summary>
    public int Plus { get; set; }
}

/// <summary>Quiets the device: it no longer asserts its interrupt line for what has happened so far.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class QuiescesAttribute : Attribute
{
}
