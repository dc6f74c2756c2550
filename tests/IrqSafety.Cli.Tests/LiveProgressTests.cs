using System.IO;
using IrqSafety.Cli.Printing;
using Xunit;

namespace IrqSafety.Cli.Tests;

public sealed class LiveProgressTests
{
    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void Progress_is_shown_to_a_person_who_wants_it_and_to_nobody_else(bool interactive, bool wanted, bool shown)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var progress = new LiveProgress(new Terminal(output, error, "/") { Interactive = interactive, Width = 80 }, wanted);

        progress.Show("building Ipi.csproj");
        progress.Clear();

        Assert.Equal(shown, error.ToString().Contains("building Ipi.csproj", System.StringComparison.Ordinal));
        Assert.Equal(shown, error.ToString().Length > 0);
        Assert.Empty(output.ToString());
    }

    [Fact]
    public void A_line_never_wraps()
    {
        using var error = new StringWriter();
        var progress = new LiveProgress(new Terminal(TextWriter.Null, error, "/") { Interactive = true, Width = 20 }, true);

        progress.Show(new string('x', 100));

        Assert.Equal("\r" + new string('x', 19) + "\u001b[K", error.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Colours_appear_only_where_they_may(bool colors)
    {
        using var output = new StringWriter();

        Page.Write(["# Title"], new Terminal(output, TextWriter.Null, "/") { Colors = colors });

        Assert.Equal(colors, output.ToString().Contains('\u001b'));
    }
}
