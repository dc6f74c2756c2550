using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using IrqSafety.Rules;

namespace IrqSafety.Simulator;

/// <summary>
/// The lock rules, which are not asked twice. Executions of one program begin alike: as long as one tells what the one before told, the answers are known. From the first event
/// that differs, the rules are asked, after they were told again what came before.
/// </summary>
internal sealed class LockRules(bool realTime)
{
    // What is remembered of an execution. What comes after that is asked each time.
    private const int Most = 4096;
    private static readonly IReadOnlyList<LockReport> s_nothing = [];

    private readonly List<Exchange> _remembered = [];
    private LockValidator _validator = new(realTime);

    // How much the rules were told, and how much of that is of this execution. It is remembered, until the execution departs from the one before.
    private int _asked;
    private int _told;
    private bool _hasDeparted;

    /// <summary>An execution begins.</summary>
    public void MakeNew() => (_told, _hasDeparted, Holds) = (0, false, false);

    /// <summary>Takes in an event; what is wrong comes back.</summary>
    public IReadOnlyList<LockReport> Observe(in ToldEvent told)
    {
        if (IsKnown(told, null))
        {
            ref readonly Exchange before = ref CollectionsMarshal.AsSpan(_remembered)[_told - 1];
            Holds = before.Holds;
            return before.Reports;
        }

        IReadOnlyList<LockReport> reports = _validator.Observe(told.InWords);
        Holds = _validator.Holds(told.Task);
        Remember(new Exchange(told, null, reports, Holds));
        return reports;
    }

    /// <summary>The declared order of classes is this from now on.</summary>
    public void Declare(OrderDeclaration declared)
    {
        if (IsKnown(default, declared))
        {
            return;
        }

        _validator.Dependencies.Order = declared.Order;
        Remember(new Exchange(default, declared, s_nothing, Holds: false));
    }

    /// <summary>The task of the last event holds some lock after it.</summary>
    public bool Holds { get; private set; }

    /// <summary>The class of a lock, with the subclass it was given.</summary>
    public LockClassKey ClassOf(LockIdentity identity) => Asked().ClassOf(identity);

    // True when the execution tells what was told before. Otherwise it departs from that.
    private bool IsKnown(in ToldEvent told, OrderDeclaration? declared)
    {
        if (_hasDeparted)
        {
            return false;
        }

        if (_told < _remembered.Count)
        {
            ref readonly Exchange before = ref CollectionsMarshal.AsSpan(_remembered)[_told];
            if (Equals(before.Declared, declared) && before.Told.Equals(told))
            {
                _told++;
                return true;
            }
        }

        Depart();
        return false;
    }

    // From here on the rules are asked: they know what was told so far, and nothing else.
    private void Depart()
    {
        _ = Asked();
        _hasDeparted = true;
        _remembered.RemoveRange(_told, _remembered.Count - _told);
    }

    private void Remember(Exchange exchange)
    {
        _told++;
        _asked++;
        if (_remembered.Count == _told - 1 && _told <= Most)
        {
            _remembered.Add(exchange);
        }
    }

    // The rules, told what this execution told.
    private LockValidator Asked()
    {
        if (!_hasDeparted && _asked != _told)
        {
            _validator = new LockValidator(realTime);
            foreach (Exchange exchange in _remembered.Take(_told))
            {
                if (exchange.Declared is { } declared)
                {
                    _validator.Dependencies.Order = declared.Order;
                }
                else
                {
                    _ = _validator.Observe(exchange.Told.InWords);
                }
            }

            _asked = _told;
        }

        return _validator;
    }

    private readonly record struct Exchange(ToldEvent Told, OrderDeclaration? Declared, IReadOnlyList<LockReport> Reports, bool Holds);
}

/// <summary>The order of lock classes that a program declares, as far as its classes were met.</summary>
/// <param name="sequences">The sequences.</param>
/// <param name="chosen">The profile that holds; null for what all agree on.</param>
/// <param name="levels">The levels of classes.</param>
internal sealed class OrderDeclaration(LockSequence[] sequences, string? chosen, (string Class, int Level)[] levels) : IEquatable<OrderDeclaration>
{
    private readonly LockSequence[] _sequences = sequences;
    private readonly (string Class, int Level)[] _levels = levels;

    /// <summary>The order.</summary>
    public DeclaredLockOrder Order { get; } = new(sequences, chosen is null ? [] : [chosen], name => levels.FirstOrDefault(level => level.Class == name).Level);

    /// <inheritdoc/>
    public bool Equals(OrderDeclaration? other) => other is not null && _sequences.SequenceEqual(other._sequences) && _levels.SequenceEqual(other._levels);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as OrderDeclaration);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_sequences.Length, _levels.Length);
}
