using IrqSafety.Cli.Schedules;

namespace IrqSafety.Cli.Printing;

/// <summary>Writes a report in the form asked for.</summary>
internal static class ReportWriter
{
    /// <summary>Writes the report and returns the exit code it means.</summary>
    public static ExitCode Write(Report report, ReportFormat format, ReportTarget target, bool quiet)
    {
        // Files that show one schedule stand beside the report, which is for the person at the terminal.
        ReportTarget to = format.IsView() ? target with { File = null } : target;
        to.Write(format, terminal =>
        {
            switch (format)
            {
                case ReportFormat.Json:
                    JsonReport.Write(report, terminal);
                    break;
                case ReportFormat.Sarif:
                    SarifReport.Write(report, terminal);
                    break;
                case ReportFormat.Junit:
                    JunitReport.Write(report, terminal);
                    break;
                case ReportFormat.Trx:
                    TrxReport.Write(report, terminal);
                    break;
                default:
                    TextReport.Write(report, terminal, quiet);
                    break;
            }
        });
        return report.ExitCode;
    }
}
