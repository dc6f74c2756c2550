namespace IrqSafety.Simulator;

/// <summary>What one execution keeps to.</summary>
/// <param name="Switches">Preemptive switches between CPUs; null for the scenario's own bound.</param>
/// <param name="EveryPoint">Every point is a decision point, and asserting is apart from taking.</param>
/// <param name="EarlyTimeouts">Deadlines may pass anywhere.</param>
/// <param name="CaptureSites">Record where in user code every step stands.</param>
/// <param name="CaptureSource">Read source positions too.</param>
/// <param name="Trace">Record the events.</param>
/// <param name="MaximumSteps">Steps after which the execution counts as endless.</param>
/// <param name="Depth">Steps after which the execution is left alone; null for no limit.</param>
/// <param name="Injections">Arrivals of spontaneous sources, all together.</param>
internal sealed record ExecutionOptions(
    int? Switches = null,
    bool EveryPoint = false,
    bool EarlyTimeouts = false,
    bool CaptureSites = false,
    bool CaptureSource = false,
    bool Trace = false,
    int MaximumSteps = 20_000,
    int? Depth = null,
    int Injections = int.MaxValue);
