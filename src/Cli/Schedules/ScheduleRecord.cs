using IrqSafety.Simulator;

namespace IrqSafety.Cli.Schedules;

/// <summary>A schedule that was replayed, with the file it was recorded in.</summary>
/// <param name="File">Full path of the replay file.</param>
/// <param name="Replay">What happened.</param>
internal sealed record ScheduleRecord(string File, ReplayMessage Replay);
