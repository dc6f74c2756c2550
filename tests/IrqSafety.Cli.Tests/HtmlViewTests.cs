using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using IrqSafety.Cli.Schedules;
using IrqSafety.Simulator;
using Xunit;

namespace IrqSafety.Cli.Tests;

/// <summary>The page by its structure; how it looks is for a browser.</summary>
public sealed class HtmlViewTests
{
    [Fact]
    public void The_verdict_and_the_wait_cycle_come_first_and_the_replay_command_last()
    {
        string page = Page(Some.Replay());

        int law = page.IndexOf("<h1>harm.deadlock <span class=\"outcome reproduced\">", StringComparison.Ordinal);
        int cycle = page.IndexOf("<li>the NMI waits for the console</li>", StringComparison.Ordinal);
        int lanes = page.IndexOf("<table>", StringComparison.Ordinal);
        int command = page.IndexOf("irqsafety replay replays/schedule.json", StringComparison.Ordinal);
        Assert.True(law > 0 && law < cycle && cycle < lanes && lanes < command, $"{law} {cycle} {lanes} {command}");
    }

    [Fact]
    public void There_is_a_lane_for_each_task_on_its_cpu()
    {
        XElement[] headers = [.. Table(Some.Replay()).Element("thead")!.Descendants("th")];

        Assert.Equal(["#", "CPU0printer", "CPU1sender"], headers.Select(header => header.Value));
        Assert.All(headers, header => Assert.Equal("col", (string?)header.Attribute("scope")));
    }

    [Fact]
    public void Rows_are_the_events_in_order_each_in_the_lane_of_its_task()
    {
        XElement[] rows = [.. Table(Some.Replay()).Element("tbody")!.Elements("tr")];

        Assert.Equal(["1", "2", "3", "4", "5"], rows.Select(row => row.Element("th")!.Value));
        Assert.Equal([0, 0, 1, 0, 0], rows.Select(row => row.Elements("td").ToList().FindIndex(cell => cell.HasElements)));
    }

    [Fact]
    public void A_handler_is_nested_on_its_task_with_mask_and_locks()
    {
        XElement[] printer = [.. Table(Some.Replay()).Element("tbody")!.Elements("tr").Select(row => row.Elements("td").First())];

        Assert.Equal(["0", "0", "0", "1", "1"], printer.Select(cell => (string?)cell.Attribute("data-depth")));

        // Between its events, while CPU1 sends, a lane keeps the state it was left in.
        Assert.Equal(
            ["first open", "first preempt-off held", "first preempt-off held", "first all-off held", "first all-off held"],
            printer.Select(cell => (string?)cell.Attribute("class")));
        Assert.Equal(["preemption off", "all interrupts masked"], printer.SelectMany(cell => Tags(cell, "tag mask")));
        Assert.Equal(["holds console", "holds console", "holds console"], printer.SelectMany(cell => Tags(cell, "tag lock")));
    }

    [Fact]
    public void Every_event_is_reachable_by_keyboard_and_shows_its_source()
    {
        using var folder = new ScratchFolder();
        string file = folder.Write("Ipi.cs", "one\n    console.Lock(); // <T>\n");
        ReplayEvent happened = Some.Replay().Events[0] with { Source = $"{file}:2" };

        XElement shown = Assert.Single(Events(Table(Some.Replay() with { Events = [happened] })));

        Assert.Equal("0", (string?)shown.Attribute("tabindex"));
        XElement source = Assert.Single(shown.Descendants("div"), element => (string?)element.Attribute("class") == "source");
        Assert.Equal($"{file}:2\nconsole.Lock(); // <T>", source.Value);
        Assert.All(Events(Table(Some.Replay())), element => Assert.Equal("0", (string?)element.Attribute("tabindex")));
    }

    [Fact]
    public void Sender_and_handler_link_to_each_other()
    {
        string[] links = [.. Table(Some.Replay()).Descendants("a").Select(link => $"{(string?)link.Attribute("href")} {link.Value}")];

        Assert.Equal(["#e4 handled at 4", "#e3 raised at 3"], links);
    }

    [Fact]
    public void What_happened_at_boot_is_marked_so_that_it_can_be_hidden()
    {
        ReplayEvent boot = Some.Replay().Events[0] with { Number = 1, Task = "boot", Boot = true };
        ReplayEvent later = Some.Replay().Events[0] with { Number = 2 };

        XElement table = Table(Some.Replay() with { Events = [boot, later] });

        Assert.Equal(["boot", ""], table.Element("tbody")!.Elements("tr").Select(row => (string?)row.Attribute("class")));
        Assert.Equal([null, "first boot", ""], table.Element("thead")!.Descendants("th").Select(header => (string?)header.Attribute("class")));
    }

    [Fact]
    public void Names_of_the_program_are_text_and_never_markup_or_places_to_fill()
    {
        ReplayEvent odd = Some.Replay().Events[0] with { Text = "Shared<T>.Read (<script>alert(1)</script> {{rows}})", Task = "<b>&" };

        string page = Page(Some.Replay() with { Message = "a < b & {{command}}", Events = [odd] });

        Assert.DoesNotContain("<script>alert", page);
        Assert.Contains("a &lt; b &amp; {{command}}", page);
        Assert.Contains("Shared&lt;T&gt;.Read (&lt;script&gt;alert(1)&lt;/script&gt; {{rows}})", page);
    }

    [Fact]
    public void The_page_loads_nothing()
    {
        string page = Page(Some.Replay());

        Assert.DoesNotContain("http:", page);
        Assert.DoesNotContain("https:", page);
        Assert.DoesNotMatch(new Regex(@"<link|<img|<iframe|\ssrc=|@import|url\("), page);
        Assert.DoesNotContain("{{", page);
    }

    private static string Page(ReplayMessage replay)
    {
        using var output = new StringWriter();
        HtmlView.Write(new ScheduleRecord("/src/replays/schedule.json", replay), new Terminal(output, TextWriter.Null, "/src"));
        return output.ToString();
    }

    // The table is written as well-formed XML, which makes it easy to look into.
    private static XElement Table(ReplayMessage replay)
    {
        string page = Page(replay);
        int start = page.IndexOf("<table>", StringComparison.Ordinal);
        int end = page.IndexOf("</table>", StringComparison.Ordinal) + "</table>".Length;
        return XElement.Parse(page[start..end].Replace(" hidden>", ">"), LoadOptions.PreserveWhitespace);
    }

    private static XElement[] Events(XElement table) =>
        [.. table.Descendants("div").Where(element => ((string?)element.Attribute("class"))?.StartsWith("event ", StringComparison.Ordinal) == true)];

    private static string[] Tags(XElement cell, string @class) =>
        [.. cell.Descendants("span").Where(element => (string?)element.Attribute("class") == @class).Select(element => element.Value)];
}
