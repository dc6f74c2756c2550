using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>A read-side section of <see cref="Rcu"/>. The default value is inert; copying is moving.</summary>
public ref struct RcuReadGuard
{
    private static readonly Operation s_dispose = Operation.Of(typeof(RcuReadGuard), nameof(Dispose));
    private bool _active;

    internal RcuReadGuard(bool active) => _active = active;

    /// <summary>The section ends.</summary>
    [NmiSafe]
    [Disposes]
    public void Dispose()
    {
        if (_active)
        {
            _active = false;
            Rcu.Leave(s_dispose.Begin(Machine.Current.Rcu, Access.Read));
        }
    }
}

/// <summary>A read-side section of <see cref="RcuBh"/>. The default value is inert; copying is moving.</summary>
public ref struct RcuBhReadGuard
{
    private static readonly Operation s_dispose = Operation.Of(typeof(RcuBhReadGuard), nameof(Dispose));
    private bool _active;

    internal RcuBhReadGuard(bool active) => _active = active;

    /// <summary>The section ends.</summary>
    [Disposes]
    public void Dispose()
    {
        if (_active)
        {
            _active = false;
            RcuBh.Leave(s_dispose.Begin(Machine.Current.Rcu, Access.Read));
        }
    }
}

/// <summary>A read-side section of <see cref="RcuSched"/>. The default value is inert; copying is moving.</summary>
public ref struct RcuSchedReadGuard
{
    private static readonly Operation s_dispose = Operation.Of(typeof(RcuSchedReadGuard), nameof(Dispose));
    private bool _active;

    internal RcuSchedReadGuard(bool active) => _active = active;

    /// <summary>The section ends.</summary>
    [NmiSafe]
    [Disposes]
    public void Dispose()
    {
        if (_active)
        {
            _active = false;
            RcuSched.Leave(s_dispose.Begin(Machine.Current.Rcu, Access.Read));
        }
    }
}
