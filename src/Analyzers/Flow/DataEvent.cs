using System.Collections.Generic;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Flow;

/// <summary>An access to data that has a contract.</summary>
/// <param name="body">The body it stands in.</param>
/// <param name="operation">The reference to the member, or the call of the cell's operation.</param>
/// <param name="member">The field or property with the contract.</param>
/// <param name="contract">Its contract.</param>
/// <param name="accessor">The cell's operation; null for a plain access.</param>
internal sealed class DataEvent(Body body, OperationPlace operation, ISymbol member, DataContract contract, IMethodSymbol? accessor)
{
    private readonly List<DataVisit> _visits = new(1);

    /// <summary>The body.</summary>
    public Body Body { get; } = body;

    /// <summary>The code.</summary>
    public OperationPlace Operation { get; } = operation;

    /// <summary>The field or property.</summary>
    public ISymbol Member { get; } = member;

    /// <summary>What touching it needs.</summary>
    public DataContract Contract { get; } = contract;

    /// <summary>The cell's operation; null for a plain access.</summary>
    public IMethodSymbol? Accessor { get; } = accessor;

    /// <summary>True when it writes.</summary>
    public bool Writes { get; set; }

    /// <summary>True when every part of the access is marked as concurrent.</summary>
    public bool Marked { get; set; } = true;

    /// <summary>Each state in which it is reached, with the object whose data it is there.</summary>
    public IReadOnlyList<DataVisit> Visits => _visits;

    /// <summary>The data as a person names it.</summary>
    public string Display => LockPath.DisplayOf(Member);

    /// <summary>Records one visit.</summary>
    public void Reached(DataVisit visit)
    {
        foreach (DataVisit known in _visits)
        {
            if (known.State.Equals(visit.State) && known.Owner?.Text == visit.Owner?.Text)
            {
                return;
            }
        }

        _visits.Add(visit);
    }
}

/// <summary>An access in one state.</summary>
/// <param name="Owner">The object whose data it is; null for static data and where it is not known.</param>
/// <param name="Data">The term for the data: object, member, element.</param>
/// <param name="Locks">The locks of the contract, by lock expression.</param>
/// <param name="State">Everything known there.</param>
internal sealed record DataVisit(Value? Owner, string Data, IReadOnlyDictionary<string, LockReference> Locks, PathState State)
{
    /// <summary>What finds the place of the access and may have changed since it was read; null when nothing does.</summary>
    public Sample? Address { get; init; }
}
