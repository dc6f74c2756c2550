namespace IrqSafety.Simulator;

/// <summary>What a search does about events that could have come in another order.</summary>
internal interface IReversals
{
    /// <summary>Decisions taken in this execution so far.</summary>
    int Nodes { get; }

    /// <summary>Two events are dependent, and nothing between them orders them: the second is to be tried before the first.</summary>
    void Reverse(Race race);

    /// <summary>The whole run of a handler is to be tried before the event.</summary>
    void MoveEarlier(HandlerRun run, int before);

    /// <summary>What is signalled to the CPU is to be taken before the event.</summary>
    void TakeEarlier(int cpu, int before);

    /// <summary>What the handler interrupted is to be tried first.</summary>
    void LetHostGoOn(HandlerRun run);

    /// <summary>Everything else that may happen is to be tried before the last event.</summary>
    void LetOthersGoFirst(int cpu);

    /// <summary>The execution came to its end: what has not happened is to be tried where it still could.</summary>
    void Ends();
}
