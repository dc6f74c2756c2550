using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace IrqSafety.Cli.Printing;

/// <summary>The report as a Visual Studio test results file (TRX): one test for each scenario and each finding.</summary>
/// <remarks>Identifiers follow from names, so that a service recognises a test from run to run.</remarks>
internal static class TrxReport
{
    private const string AllTests = "19431567-8539-422a-85d7-44ee4e166bda";
    private const string UnitTestType = "13cdc9d9-ddb5-4fa4-a97d-d965ccfc6d4b";
    private static readonly XNamespace Ns = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>Writes the report.</summary>
    public static void Write(Report report, Terminal terminal)
    {
        IReadOnlyList<TestCase> cases = TestCase.Of(report, terminal);
        int failed = cases.Count(test => Outcome(test) == "Failed");
        int errors = cases.Count(test => Outcome(test) == "Error");
        var run = new XElement(
            Ns + "TestRun",
            new XAttribute("id", Id("run", string.Join('\n', cases.Select(test => test.ClassName + test.Name)))),
            new XAttribute("name", "irqsafety"),
            new XElement(Ns + "Results", cases.Select(Result)),
            new XElement(Ns + "TestDefinitions", cases.Select(Definition)),
            new XElement(Ns + "TestEntries", cases.Select(Entry)),
            new XElement(Ns + "TestLists", new XElement(Ns + "TestList", new XAttribute("name", "All Loaded Results"), new XAttribute("id", AllTests))),
            new XElement(
                Ns + "ResultSummary",
                new XAttribute("outcome", failed + errors > 0 ? "Failed" : "Completed"),
                new XElement(
                    Ns + "Counters",
                    new XAttribute("total", cases.Count),
                    new XAttribute("executed", cases.Count),
                    new XAttribute("passed", cases.Count - failed - errors),
                    new XAttribute("failed", failed),
                    new XAttribute("error", errors))));
        terminal.Out.WriteLine(new XDeclaration("1.0", "utf-8", null));
        terminal.Out.WriteLine(run);
    }

    private static XElement Result(TestCase test)
    {
        string? problem = test.Failures.Count > 0 ? string.Join('\n', test.Failures) : test.Aborted;
        XElement[] output =
        [
            .. test.Explored is { } explored ? [new XElement(Ns + "StdOut", Xml.Text(explored))] : Array.Empty<XElement>(),
            .. problem is null ? [] : new[] { new XElement(Ns + "ErrorInfo", new XElement(Ns + "Message", Xml.Text(problem))) },
        ];
        return new XElement(
            Ns + "UnitTestResult",
            new XAttribute("executionId", Execution(test)),
            new XAttribute("testId", Test(test)),
            new XAttribute("testName", Xml.Text(test.Name)),
            new XAttribute("computerName", "machine"),
            new XAttribute("duration", TimeSpan.FromMilliseconds(test.Milliseconds).ToString("c", CultureInfo.InvariantCulture)),
            new XAttribute("testType", UnitTestType),
            new XAttribute("outcome", Outcome(test)),
            new XAttribute("testListId", AllTests),
            output.Length > 0 ? new XElement(Ns + "Output", output) : null);
    }

    private static XElement Definition(TestCase test) => new(
        Ns + "UnitTest",
        new XAttribute("name", Xml.Text(test.Name)),
        new XAttribute("storage", test.Project),
        new XAttribute("id", Test(test)),
        new XElement(Ns + "Execution", new XAttribute("id", Execution(test))),
        new XElement(
            Ns + "TestMethod",
            new XAttribute("codeBase", test.Project),
            new XAttribute("className", test.ClassName),
            new XAttribute("name", Xml.Text(test.Name))));

    private static XElement Entry(TestCase test) =>
        new(Ns + "TestEntry", new XAttribute("testId", Test(test)), new XAttribute("executionId", Execution(test)), new XAttribute("testListId", AllTests));

    private static string Outcome(TestCase test) => test.Failures.Count > 0 ? "Failed" : test.Aborted is not null ? "Error" : "Passed";

    private static Guid Test(TestCase test) => Id("test", $"{test.ClassName}\n{test.Name}");

    private static Guid Execution(TestCase test) => Id("execution", $"{test.ClassName}\n{test.Name}");

    private static Guid Id(string what, string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{what}\n{name}")).AsSpan(0, 16));
}
