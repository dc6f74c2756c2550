using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using IrqSafety.Cli.Schedules;
using IrqSafety.Simulator;
using Microsoft.Playwright;
using Xunit;

namespace IrqSafety.Cli.Tests;

/// <summary>The page of a schedule as a person sees it: in headless Chromium, from a file, without network.</summary>
/// <remarks>A Chromium that is installed is used; <c>IRQSAFETY_CHROMIUM</c> names another one. Where there is none, the tests are skipped and say so.</remarks>
public sealed class HtmlPageTests : IAsyncLifetime
{
    private static readonly string[] s_usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

    private readonly ScratchFolder _folder = new();
    private readonly List<string> _requests = [];
    private readonly List<string> _problems = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IPage _page = null!;

    private static string? Chromium =>
        new[] { Environment.GetEnvironmentVariable("IRQSAFETY_CHROMIUM") }.Concat(s_usual).FirstOrDefault(path => path is not null && File.Exists(path));

    public async ValueTask InitializeAsync()
    {
        if (Chromium is not { } chromium)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = ["--no-sandbox"] });
        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1400, Height = 1000 } });
        _page = await context.NewPageAsync();
        _page.Request += (_, request) => _requests.Add(request.Url);
        _page.Console += (_, message) => _problems.Add(message.Text);
        _page.PageError += (_, error) => _problems.Add(error);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task There_is_a_lane_for_each_task_on_its_cpu_side_by_side()
    {
        await OpenAsync();

        IReadOnlyList<ILocator> lanes = await _page.Locator("thead th:has(.cpu)").AllAsync();
        Assert.Equal(["CPU0printer", "CPU1sender"], await Task.WhenAll(lanes.Select(lane => lane.InnerTextAsync().ContinueWith(text => text.Result.Replace("\n", "", StringComparison.Ordinal)))));
        LocatorBoundingBoxResult first = await BoxAsync(lanes[0]);
        LocatorBoundingBoxResult second = await BoxAsync(lanes[1]);
        Assert.True(first.X + first.Width <= second.X + 1 && first.Y == second.Y, $"{first.X}+{first.Width}, {second.X}");
    }

    [Fact]
    public async Task Events_stand_in_the_lane_of_their_task_and_below_each_other()
    {
        await OpenAsync();

        LocatorBoundingBoxResult lane = await BoxAsync(_page.Locator("thead th:has-text('sender')"));
        LocatorBoundingBoxResult raise = await BoxAsync(_page.Locator("#e3"));
        Assert.InRange(raise.X, lane.X, lane.X + lane.Width);
        float[] tops = [.. (await Task.WhenAll(Enumerable.Range(1, 6).Select(number => BoxAsync(_page.Locator($"#e{number}"))))).Select(box => box.Y)];
        Assert.Equal(tops.Order(), tops);
        Assert.Distinct(tops);
    }

    [Fact]
    public async Task A_handler_is_set_in_from_what_it_interrupts_and_one_on_it_further()
    {
        await OpenAsync();

        float[] lefts = [.. (await Task.WhenAll(new[] { 2, 4, 6 }.Select(number => BoxAsync(_page.Locator($"#e{number}"))))).Select(box => box.X)];
        Assert.True(lefts[0] < lefts[1] && lefts[1] < lefts[2], string.Join(", ", lefts));
        string[] bars = await Task.WhenAll(new[] { 2, 4, 6 }.Select(number => CellStyleAsync(number, "background-image")));
        Assert.Distinct(bars);
    }

    [Fact]
    public async Task The_mask_level_is_a_colour_and_a_word_and_a_held_lock_an_edge_and_a_word()
    {
        await OpenAsync();

        string[] colours = await Task.WhenAll(new[] { 1, 2, 4 }.Select(number => CellStyleAsync(number, "background-color")));
        Assert.Distinct(colours);
        Assert.True(await _page.Locator("#e4 .tag.mask").IsVisibleAsync());
        Assert.Equal("all interrupts masked", await _page.Locator("#e4 .tag.mask").InnerTextAsync());
        Assert.Equal("holds console", await _page.Locator("#e2 .tag.lock").InnerTextAsync());
        Assert.Equal("5px", await CellStyleAsync(2, "border-right-width"));
        Assert.Equal("0px", await CellStyleAsync(1, "border-right-width"));
    }

    [Fact]
    public async Task Pointing_at_an_event_shows_its_source_line()
    {
        await OpenAsync();
        ILocator more = _page.Locator("#e5 .more");
        Assert.False(await more.IsVisibleAsync());

        await _page.Locator("#e5 .text").HoverAsync();

        Assert.True(await more.IsVisibleAsync());
        string text = await more.InnerTextAsync();
        Assert.Contains("Ipi.cs:3", text, StringComparison.Ordinal);
        Assert.Contains("console.Lock(); // In the NMI.", text, StringComparison.Ordinal);
        Assert.Contains("holds console", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_event_is_reached_with_the_keyboard()
    {
        await OpenAsync();

        // The skip link and the check box come first.
        await _page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the replay command", await _page.EvaluateAsync<string>("document.activeElement.textContent"));
        await _page.Keyboard.PressAsync("Tab");
        await _page.Keyboard.PressAsync("Tab");
        Assert.Equal("e1", await FocusedAsync());
        Assert.True(await _page.Locator("#e1 .more").IsVisibleAsync());
        for (int number = 2; number <= 6; number++)
        {
            await _page.Keyboard.PressAsync("ArrowDown");
            Assert.Equal($"e{number}", await FocusedAsync());
        }

        await _page.Keyboard.PressAsync("ArrowUp");
        Assert.Equal("e5", await FocusedAsync());
    }

    [Fact]
    public async Task A_raise_leads_to_its_handler()
    {
        await OpenAsync();

        await _page.Locator("#e3 a").ClickAsync();

        Assert.EndsWith("#e4", _page.Url, StringComparison.Ordinal);
        Assert.Equal("dashed", await _page.Locator("#e4").EvaluateAsync<string>("event => getComputedStyle(event).outlineStyle"));
    }

    [Fact]
    public async Task Nothing_is_loaded_but_the_page_itself_and_nothing_complains()
    {
        await OpenAsync();
        await _page.Locator("#e5 .text").HoverAsync();

        Assert.Equal([_page.Url], _requests);
        Assert.Empty(_problems);
        string artifacts = Path.Combine(Repository.Root, "artifacts");
        Directory.CreateDirectory(artifacts);
        byte[] picture = await _page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(artifacts, "schedule.png"), FullPage = true });
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], picture[..4]);
    }

    private async Task OpenAsync()
    {
        Assert.SkipWhen(_browser is null, "there is no Chromium: install one (Debian: apt install chromium) or name it in IRQSAFETY_CHROMIUM");
        string source = _folder.Write("Ipi.cs", "void Print()\n{\nconsole.Lock(); // In the NMI.\n}\n");
        string file = Path.Combine(_folder.Path, "schedule.html");
        using (StreamWriter output = File.CreateText(file))
        {
            HtmlView.Write(new ScheduleRecord(Path.Combine(_folder.Path, "schedule.json"), Schedule(source)), new Terminal(output, TextWriter.Null, _folder.Path));
        }

        await _page.GotoAsync(new Uri(file).AbsoluteUri);
    }

    // The usual schedule, and an SDEI event on top of the NMI.
    private static ReplayMessage Schedule(string source)
    {
        ReplayMessage usual = Some.Replay();
        ReplayEvent[] events = [.. usual.Events.Select(happened => happened with { Source = $"{source}:3" })];
        ReplayEvent last = events[^1];
        return usual with
        {
            Events = [.. events, last with { Number = 6, Kind = ReplayEventKind.Enter, Text = "enters SDEI", Handlers = [.. last.Handlers, new ReplayHandler("event 804", "SDEI")], Flows = [] }],
        };
    }

    private Task<string> FocusedAsync() => _page.EvaluateAsync<string>("document.activeElement.id");

    private Task<string> CellStyleAsync(int number, string property) =>
        _page.Locator($"#e{number}").EvaluateAsync<string>($"event => getComputedStyle(event.parentElement).getPropertyValue('{property}')");

    private static async Task<LocatorBoundingBoxResult> BoxAsync(ILocator locator) => await locator.BoundingBoxAsync() ?? throw new InvalidOperationException($"{locator} is not visible");
}
