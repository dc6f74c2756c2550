namespace IrqSafety.Simulator;

/// <summary>What one execution keeps to.</summary>
/// <param name="Switches">Preemptive switches between CPUs; null for the scenario's own bound.</param>
/// <param name="EveryPoint">Every point is a decision point, and asserting is apart from taking.</param>
/// <param name="EarlyTimeouts">Deadlines may pass anywhere.</param>
/// <param name="Memory">How stores and register writes take effect.</param>
/// <param name="CaptureSites">Record where in user code every step stands.</param>
/// <param name="CaptureSource">Read source positions too.</param>
/// <param name="Trace">Record the events.</param>
/// <param name="AccessPlace">Accesses to shared data are recorded, and this names the place of each.</param>
/// <param name="MaximumSteps">Steps after which the execution counts as endless.</param>
/// <param name="Depth">Steps after which the execution is left alone; null for no limit.</param>
/// <param name="Injections">Arrivals of spontaneous sources, all together.</param>
internal sealed record ExecutionOptions(
    int? Switches = null,
    bool EveryPoint = false,
    bool EarlyTimeouts = false,
    IrqSafety.Runtime.MemoryModel Memory = IrqSafety.Runtime.MemoryModel.Sc,
    bool CaptureSites = false,
    bool CaptureSource = false,
    bool Trace = false,
    System.Func<string>? AccessPlace = null,
    int MaximumSteps = 20_000,
    int? Depth = null,
    int Injections = int.MaxValue);
