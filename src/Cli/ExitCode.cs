namespace IrqSafety.Cli;

/// <summary>What the process says by its exit code; part of the tool's interface.</summary>
internal enum ExitCode
{
    /// <summary>Nothing found; for <c>replay</c>: as recorded; for <c>explain</c>: printed.</summary>
    Clean = 0,

    /// <summary>The tool itself failed.</summary>
    InternalError = 1,

    /// <summary>A finding or a violation.</summary>
    Found = 2,

    /// <summary>A search ended before it could say anything: cancelled, or its worker died.</summary>
    Aborted = 3,

    /// <summary>The program is not the one the schedule was recorded with.</summary>
    ProgramChanged = 4,

    /// <summary>The arguments, or the files they name, cannot be used.</summary>
    BadArguments = 5,

    /// <summary>The replayed schedule left the recorded one although the program is the same.</summary>
    Diverged = 6,

    /// <summary>There was no scenario to run.</summary>
    NothingRan = 8,
}
