using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using Xunit;

namespace IrqSafety.Cli.Tests;

/// <summary>The debug IPI sample, copied, and verified once with the real build, analyzers and simulator.</summary>
public sealed class NmiIpiSample : IAsyncLifetime
{
    private readonly ScratchFolder _folder = new();

    internal string Folder => _folder.Path;

    internal ToolRun Buggy { get; private set; } = null!;

    internal ToolRun Fixed { get; private set; } = null!;

    internal JsonNode BuggyReport => JsonNode.Parse(Buggy.Out)!;

    internal JsonNode FixedReport => JsonNode.Parse(Fixed.Out)!;

    internal IReadOnlyList<string> Replays => [.. BuggyReport["findings"]!.AsArray().Select(finding => (string?)finding!["replay"]).OfType<string>().Distinct()];

    internal string Read(string path) => File.ReadAllText(Path.Combine(Folder, path));

    internal void Write(string path, string content) => _folder.Write(path, content);

    internal Task<ToolRun> RunAsync(params string[] args) => Tool.RunAsync(new DotnetBuild(Folder), Folder, args);

    public async ValueTask InitializeAsync()
    {
        Repository.CopySample("NmiIpi", _folder);
        Buggy = await RunAsync("verify", "samples/NmiIpi/Buggy", "--format", "json");
        Fixed = await RunAsync("verify", "samples/NmiIpi/Fixed", "--format", "json");
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
