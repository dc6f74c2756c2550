namespace IrqSafety.Cli.Printing;

/// <summary>The forms a report can take.</summary>
internal enum ReportFormat
{
    /// <summary>For a person.</summary>
    Text,

    /// <summary>For a program: one JSON object.</summary>
    Json,

    /// <summary>For code-scanning services: SARIF 2.1.0.</summary>
    Sarif,

    /// <summary>One schedule as trace events, for Perfetto.</summary>
    Trace,

    /// <summary>One schedule as a page.</summary>
    Html,

    /// <summary>For CI services: JUnit XML.</summary>
    Junit,

    /// <summary>For CI services: a Visual Studio test results file.</summary>
    Trx,
}
