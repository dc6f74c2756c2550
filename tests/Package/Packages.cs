using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Threading.Tasks;
using System.Xml.Linq;
using IrqSafety.Package.Tests;
using Xunit;

[assembly: AssemblyFixture(typeof(Packages))]

namespace IrqSafety.Package.Tests;

/// <summary>The packages, packed once into a feed of their own, and the tool installed from it. Nothing comes from anywhere else.</summary>
public sealed class Packages : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("irqsafety-packages-");

    /// <summary>The folder with the packages.</summary>
    public string Feed => Path.Combine(_folder.FullName, "feed");

    /// <summary>The installed tool.</summary>
    public string Tool => Path.Combine(_folder.FullName, "tool", OperatingSystem.IsWindows() ? "irqsafety.exe" : "irqsafety");

    /// <summary>Packages are unpacked here and not into the user's cache, which would keep today's 0.1.0 for ever.</summary>
    internal IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["NUGET_PACKAGES"] = Path.Combine(_folder.FullName, "packages") };

    /// <summary>A folder for one consumer, that knows no feed but these.</summary>
    internal string NewFolder(string name, params string[] feeds)
    {
        string folder = _folder.CreateSubdirectory(name).FullName;
        string sources = string.Concat(feeds.Select((feed, i) => $"<add key=\"feed{i}\" value=\"{feed}\" />"));
        File.WriteAllText(
            Path.Combine(folder, "nuget.config"),
            $"<configuration><packageSources><clear />{sources}</packageSources><fallbackPackageFolders><clear /></fallbackPackageFolders></configuration>");
        return folder;
    }

    /// <summary>The files that a package brings, without those of the format.</summary>
    internal string[] FilesOf(string package)
    {
        using ZipArchive archive = Open(package);
        return
        [
            .. archive.Entries
                .Select(entry => entry.FullName)
                .Where(name => name is not ("_rels/.rels" or "[Content_Types].xml") && !name.StartsWith("package/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>What a package says of itself.</summary>
    internal XElement MetadataOf(string package)
    {
        using ZipArchive archive = Open(package);
        using Stream nuspec = archive.Entries.Single(entry => entry.FullName == $"{package}.nuspec").Open();
        XElement metadata = XDocument.Load(nuspec).Root!;
        foreach (XElement element in metadata.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName; // The namespace tells the version of the format.
        }

        return metadata.Element("metadata")!;
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await SucceedAsync(Repository.Root, "pack", "IrqSafety.sln", "-c", Repository.Configuration, "--no-build", "--no-restore", "-o", Feed);
        await SucceedAsync(NewFolder("installing", Feed), "tool", "install", "IrqSafety.Tool", "--version", Repository.Version, "--tool-path", Path.GetDirectoryName(Tool)!);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task SucceedAsync(string directory, params string[] arguments)
    {
        CommandRun run = await Command.RunAsync(directory, Environment, Command.Dotnet, arguments);
        Assert.True(run.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} failed:\n{run.Out}{run.Error}");
    }

    private ZipArchive Open(string package) => ZipFile.OpenRead(Path.Combine(Feed, $"{package}.{Repository.Version}.nupkg"));
}
