using System.Collections.Generic;

namespace IrqSafety.Simulator;

/// <summary>What one execution was.</summary>
internal sealed record ExecutionResult
{
    /// <summary>Broken laws.</summary>
    public required IReadOnlyList<BreachRecord> Breaches { get; init; }

    /// <summary>The harm it ended in, or null.</summary>
    public required HarmRecord? Harm { get; init; }

    /// <summary>Its schedule.</summary>
    public required IReadOnlyList<RecordedDecision> Schedule { get; init; }

    /// <summary>Its events; empty unless traced.</summary>
    public required IReadOnlyList<ReplayEvent> Events { get; init; }

    /// <summary>Its accesses to shared data; empty unless observed.</summary>
    public required IReadOnlyList<MemoryAccess> Accesses { get; init; }

    /// <summary>Steps of the machine.</summary>
    public required long Steps { get; init; }

    /// <summary>More could have happened, had the bound allowed it.</summary>
    public required bool CutByBound { get; init; }

    /// <summary>The environment had choices.</summary>
    public required bool ChoseOutcomes { get; init; }

    /// <summary>The program did not give a thread back.</summary>
    public required bool LeftThreadBehind { get; init; }

    /// <summary>It runs on outside the model: nothing can be executed after it in this process.</summary>
    public required bool IsHanging { get; init; }

    /// <summary>It ended early, because the rest of it is explored in another order.</summary>
    public required bool IsPruned { get; init; }

    /// <summary>It was longer than asked for, and not followed to its end.</summary>
    public required bool CutByDepth { get; init; }

    /// <summary>True when something was wrong.</summary>
    public bool IsViolation => Breaches.Count > 0 || Harm is not null;
}
