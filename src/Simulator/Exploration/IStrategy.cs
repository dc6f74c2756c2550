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

    /// <summary>Picks an alternative of the decision.</summary>
    int Choose(Decision decision);

    /// <summary>Something that could happen here is left out because of the bound.</summary>
    void CutByBound()
    {
    }

    /// <summary>True when the default of the last decision was explored before, with all that follows it whatever it costs.</summary>
    bool DefaultIsExplored => false;
}
