using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Xml.Linq;

namespace IrqSafety.Cli.Printing;

/// <summary>The report as JUnit XML, in the form that CI services read: one test case for each scenario and each finding.</summary>
internal static class JunitReport
{
    /// <summary>Writes the report.</summary>
    public static void Write(Report report, Terminal terminal)
    {
        IReadOnlyList<TestCase> cases = TestCase.Of(report, terminal);
        var root = new XElement("testsuites", Counts(cases), cases.GroupBy(test => test.ClassName).Select(Suite));
        terminal.Out.WriteLine(new XDeclaration("1.0", "utf-8", null));
        terminal.Out.WriteLine(root);
    }

    private static XElement Suite(IGrouping<string, TestCase> suite) =>
        new("testsuite", new XAttribute("name", suite.Key), Counts([.. suite]), suite.Select(Case));

    private static XElement Case(TestCase test) => new(
        "testcase",
        new XAttribute("name", test.Name),
        new XAttribute("classname", test.ClassName),
        new XAttribute("time", Seconds(test.Milliseconds)),
        test.Failures.Count > 0 ? new XElement("failure", new XAttribute("message", Xml.Text(test.Failures[0])), Xml.Text(string.Join('\n', test.Failures))) : null,
        test.Failures.Count == 0 && test.Aborted is { } reason ? new XElement("error", new XAttribute("message", Xml.Text(reason))) : null,
        test.Explored is { } explored ? new XElement("system-out", Xml.Text(explored)) : null);

    private static XAttribute[] Counts(IReadOnlyList<TestCase> cases) =>
    [
        new("tests", cases.Count),
        new("failures", cases.Count(test => test.Failures.Count > 0)),
        new("errors", cases.Count(test => test.Failures.Count == 0 && test.Aborted is not null)),
        new("time", Seconds(cases.Sum(test => test.Milliseconds))),
    ];

    private static string Seconds(long milliseconds) => (milliseconds / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);
}

/// <summary>Text that XML can hold.</summary>
internal static class Xml
{
    /// <summary>The text with the characters XML has no way to write replaced.</summary>
    public static string Text(string text) => string.Concat(text.Select(character => System.Xml.XmlConvert.IsXmlChar(character) || char.IsSurrogate(character) ? character : '\uFFFD'));
}
