using System;
using System.Collections.Generic;

namespace IrqSafety.Cli;

/// <summary>What was asked for cannot be done, and the user can mend it: exit code 5.</summary>
/// <param name="problem">What is wrong.</param>
/// <param name="remedy">What to do about it.</param>
/// <param name="details">Lines to show with it, for example compiler errors.</param>
internal sealed class UserErrorException(string problem, string remedy, params IReadOnlyList<string> details)
    : Exception($"{problem} {remedy}")
{
    /// <summary>What is wrong.</summary>
    public string Problem { get; } = problem;

    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>Lines to show with it.</summary>
    public IReadOnlyList<string> Details { get; } = details;
}
