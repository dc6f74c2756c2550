namespace IrqSafety.Simulator;

/// <summary>Decides how each execution goes, and when there is nothing left to try.</summary>
public interface IStrategy
{
    /// <summary>Its name in results.</summary>
    string Name { get; }

    /// <summary>True when points that cannot matter are to be left out.</summary>
    bool Reduces { get; }

    /// <summary>Prepares the next execution. False when every schedule in its space was executed.</summary>
    bool Begin();

    /// <summary>Picks an alternative of the decision; −1 when all of them were explored in another order.</summary>
    int Choose(Decision decision);

    /// <summary>Something that could happen here is left out because of the bound.</summary>
    void CutByBound()
    {
    }

    /// <summary>The alternatives of the last decision, as bits, that were explored before with all that follows them whatever it costs.</summary>
    ulong Explored => 0;

    /// <summary>Follows the events of each execution; null where the strategy does not ask.</summary>
    internal ExecutionTrace? Trace => null;
}
