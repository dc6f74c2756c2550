using System;
using System.Globalization;

namespace IrqSafety.Simulator.Benchmarks;

/// <summary>
/// Measures the simulator against what it could cost at best, in one run: only ratios mean anything on another machine. Run in Release:
/// <c>dotnet run -c Release --project benchmarks/IrqSafety.Simulator.Benchmarks [throughput|windows [seconds [loop|model|one|two]]|reduction|first-bug [part parts]]</c>.
/// </summary>
public static class Program
{
    /// <summary>Prints the measurements named, or all.</summary>
    public static int Main(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        string what = arguments.Length > 0 ? arguments[0] : "all";
        (int part, int parts) = what == "first-bug" && arguments.Length > 2 ? (int.Parse(arguments[1], CultureInfo.InvariantCulture), int.Parse(arguments[2], CultureInfo.InvariantCulture)) : (0, 1);
        bool any = false;
        foreach ((string name, Action measure) in new (string, Action)[]
        {
            ("throughput", Throughput.Measure),
            ("windows", () => Throughput.MeasureWindows(TimeSpan.FromSeconds(arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 20), arguments.Length > 2 ? arguments[2] : null)),
            ("reduction", ReductionTable.Measure),
            ("first-bug", () => FirstBug.Measure(part, parts)),
        })
        {
            if (what == "all" || what == name)
            {
                any = true;
                measure();
            }
        }

        return any ? 0 : 1;
    }
}
