using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using IrqSafety.Rules;

namespace IrqSafety.Cli.Findings;

/// <summary>
/// The part of the compiler's SARIF log that matters here. The C# compiler puts <c>Diagnostic.Properties</c> under
/// <c>result.properties.customProperties</c> and additional locations under <c>relatedLocations</c>; it lists the rules of every analyzer that
/// was loaded, reported or not.
/// </summary>
internal sealed class SarifLog
{
    private readonly JsonElement[] _runs;

    private SarifLog(JsonElement[] runs) => _runs = runs;

    /// <summary>True when the IrqSafety analyzers were loaded.</summary>
    public bool Analyzed => _runs
        .SelectMany(run => Items(Property(Property(run, "tool"), "driver"), "rules"))
        .Any(rule => Catalogue.FindRule(Text(rule, "id") ?? "") is not null);

    /// <summary>Reads a log.</summary>
    /// <exception cref="UserErrorException">It is not one.</exception>
    public static SarifLog Load(string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
            JsonElement root = document.RootElement.Clone();
            return new SarifLog([.. Items(root, "runs")]);
        }
        catch (JsonException error)
        {
            throw new UserErrorException($"the compiler's log '{file}' cannot be read: {error.Message}", "Build again.");
        }
    }

    /// <summary>The findings that the build shows: suppressed ones and mere suggestions are left out. In order of place and rule.</summary>
    /// <exception cref="UserErrorException">An analyzer could not be loaded or failed: its silence would mean nothing.</exception>
    public IReadOnlyList<StaticFinding> Findings(string project)
    {
        var findings = new List<StaticFinding>();
        foreach (JsonElement result in _runs.SelectMany(run => Items(run, "results")))
        {
            string id = Text(result, "ruleId") ?? "";
            RefuseBrokenAnalyzer(id, result);
            if (Catalogue.FindRule(id) is { } rule && Text(result, "level") is "warning" or "error" && !Items(result, "suppressions").Any())
            {
                findings.Add(Read(result, rule, project));
            }
        }

        return
        [
            .. findings
                .OrderBy(finding => finding.Place.File, StringComparer.Ordinal)
                .ThenBy(finding => finding.Place.Line)
                .ThenBy(finding => finding.Place.Column)
                .ThenBy(finding => finding.Rule.Id, StringComparer.Ordinal),
        ];
    }

    private static void RefuseBrokenAnalyzer(string id, JsonElement result)
    {
        string message = Text(Property(result, "message"), "text") ?? "";
        if (id is "AD0001" or "CS8032" or "CS8785" or "CS9057" && message.Contains("IrqSafety", StringComparison.Ordinal))
        {
            throw new UserErrorException(
                $"the analyzers did not run ({id}): {message}",
                "Rules, Analyzers and CodeFixes must be passed to the compiler together, by an SDK that loads them; nothing is reported until they do.");
        }
    }

    private static StaticFinding Read(JsonElement result, Rule rule, string project)
    {
        JsonElement custom = Property(Property(result, "properties"), "customProperties");
        Place place = Items(result, "locations").Select(ReadPlace).FirstOrDefault() ?? new Place("", 0, 0);
        string message = Text(Property(result, "message"), "text") ?? rule.Title;
        string law = Text(custom, Fingerprint.LawProperty) ?? rule.Law;
        return new StaticFinding(
            rule,
            Catalogue.FindLaw(law) ?? Catalogue.Law(rule.Law),
            Text(custom, Fingerprint.Property) ?? Fingerprint.Of(law, new Site(project, rule.Id, 0), message),
            Text(custom, Fingerprint.SiteProperty) is { } site ? Site.Parse(site) : null,
            project,
            place,
            message,
            ReadPath(Text(custom, Fingerprint.PathProperty), [.. Items(result, "relatedLocations").Select(ReadPlace)], place))
        {
            Ends = [.. Lines(Text(custom, Fingerprint.EndsProperty)).Select(Site.Parse).OfType<Site>()],
            UnknownCallees = Text(custom, Fingerprint.AssumptionsProperty)?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [],
        };
    }

    /// <summary>
    /// The steps with their places. The finding's own place is not among the related ones: the last step may stand there. Where the compiler's
    /// log does not tell which place belongs to which step, the places follow the steps.
    /// </summary>
    private static PathStep[] ReadPath(string? text, Place?[] places, Place own)
    {
        string[] steps = Lines(text);
        Place?[] aligned = places.Length == steps.Length - 1 ? [.. places, own] : places;
        return aligned.Length == steps.Length
            ? [.. steps.Zip(aligned, (step, place) => new PathStep(step, place))]
            : [.. steps.Select(step => new PathStep(step, null)), .. places.Select(place => new PathStep("see", place))];
    }

    private static string[] Lines(string? text) => text?.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static Place? ReadPlace(JsonElement location)
    {
        JsonElement physical = Property(location, "physicalLocation");
        JsonElement region = Property(physical, "region");
        if (Text(Property(physical, "artifactLocation"), "uri") is not { } uri)
        {
            return null;
        }

        string file = Uri.TryCreate(uri, UriKind.Absolute, out Uri? absolute) && absolute.IsFile ? absolute.LocalPath : Uri.UnescapeDataString(uri);
        return new Place(file, Number(region, "startLine"), Number(region, "startColumn"));
    }

    private static JsonElement Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value : default;

    private static string? Text(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static int Number(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int number) ? number : 1;

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];
}
