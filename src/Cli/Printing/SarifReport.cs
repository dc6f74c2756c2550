using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrqSafety.Cli.Findings;
using IrqSafety.Cli.Verdicts;
using IrqSafety.Rules;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Printing;

/// <summary>
/// The report as SARIF 2.1.0 (OASIS). Findings carry their fingerprint in <c>partialFingerprints</c> and their path as a code flow; a violation
/// that the analyzer did not predict is a result of its law. What was confirmed by a schedule carries it as a code flow.
/// </summary>
internal static class SarifReport
{
    private const string FingerprintName = "irqsafety/v1";
    private const string Root = "SRCROOT";

    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the report.</summary>
    public static void Write(Report report, Terminal terminal)
    {
        ViolationMessage[] unpredicted = [.. report.Violations.Where(violation => violation.Predicted != true).Select(violation => violation.Violation)];
        JsonObject[] rules =
        [
            .. report.Findings.Select(finding => finding.Finding.Rule).DistinctBy(rule => rule.Id).OrderBy(rule => rule.Id, StringComparer.Ordinal).Select(Rule),
            .. unpredicted.Select(violation => violation.Law).Distinct().Order(StringComparer.Ordinal).Select(Law),
        ];
        string[] ids = [.. rules.Select(rule => (string)rule["id"]!)];
        JsonNode[] results =
        [
            .. report.Findings.Select(finding => Finding(finding, ids, report, terminal)),
            .. unpredicted.Select(violation => Violation(violation, ids, report, terminal)),
        ];
        Write(rules, results, terminal);
    }

    /// <summary>Writes one schedule that was replayed, as a result of the law it was recorded for.</summary>
    public static void Write(ReplayMessage replay, Terminal terminal)
    {
        if (replay.Schedule is not { } schedule)
        {
            Write([], [], terminal);
            return;
        }

        Place? place = SourcePosition.Parse(SarifSchedule.Broken(replay)?.Source);
        JsonObject result = Result(schedule.Law, [schedule.Law], replay.Message, place is null ? null : Location(place.Value, null, terminal));
        AddFingerprint(result, schedule.Law, schedule.Site, schedule.Condition);
        result["codeFlows"] = new JsonArray(SarifSchedule.CodeFlow(replay, terminal));
        result["properties"] = new JsonObject
        {
            ["outcome"] = replay.Outcome,
            ["scenario"] = schedule.Scenario,
            ["evidence"] = schedule.Evidence,
            ["profile"] = schedule.Profile,
            ["memory"] = schedule.Memory,
        };
        Write([Law(schedule.Law)], [result], terminal);
    }

    private static void Write(JsonObject[] rules, JsonNode[] results, Terminal terminal)
    {
        var log = new JsonObject
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject
                {
                    ["driver"] = new JsonObject
                    {
                        ["name"] = "irqsafety",
                        ["semanticVersion"] = typeof(SarifReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
                        ["rules"] = new JsonArray([.. rules]),
                    },
                },
                ["originalUriBaseIds"] = new JsonObject { [Root] = new JsonObject { ["uri"] = new Uri(terminal.Directory.TrimEnd('/') + "/").AbsoluteUri } },
                ["columnKind"] = "utf16CodeUnits",
                ["results"] = new JsonArray(results),
            }),
        };
        terminal.Out.WriteLine(log.ToJsonString(Options));
    }

    private static JsonObject Rule(Rule rule) => new()
    {
        ["id"] = rule.Id,
        ["name"] = rule.Name,
        ["shortDescription"] = Message(rule.Title),
        ["helpUri"] = rule.HelpLink,
        ["properties"] = new JsonObject { ["category"] = rule.Category, ["law"] = rule.Law },
    };

    private static JsonObject Law(string id) => new()
    {
        ["id"] = id,
        ["shortDescription"] = Message(Catalogue.FindLaw(id)?.Text ?? id),
    };

    private static JsonObject Finding(SettledFinding settled, string[] ids, Report report, Terminal terminal)
    {
        StaticFinding finding = settled.Finding;
        JsonObject result = Result(finding.Rule.Id, ids, finding.Message, Location(finding.Place, null, terminal));
        result["partialFingerprints"] = new JsonObject { [FingerprintName] = finding.Fingerprint };
        if (finding.Path.Any(step => step.Place is not null))
        {
            IEnumerable<JsonNode> steps = finding.Path
                .Where(step => step.Place is not null)
                .Select(step => new JsonObject { ["location"] = Location(step.Place!.Value, step.Text, terminal) });
            result["codeFlows"] = new JsonArray(new JsonObject
            {
                ["threadFlows"] = new JsonArray(new JsonObject { ["locations"] = new JsonArray([.. steps]) }),
            });
        }

        AddSchedule(result, settled.Violation, report, terminal);

        var properties = new JsonObject { ["law"] = finding.Law.Id };
        AddText(properties, "verdict", settled.Verdict?.Name());
        AddText(properties, "evidence", settled.Evidence.Name());
        AddText(properties, "bound", settled.Bound);
        AddText(properties, "profile", settled.Violation?.Profile);
        AddText(properties, "memory", settled.Violation?.Memory);
        AddText(properties, "replay", settled.Violation?.Replay is { } replay ? terminal.Display(replay) : null);
        result["properties"] = properties;
        return result;
    }

    private static JsonObject Violation(ViolationMessage violation, string[] ids, Report report, Terminal terminal)
    {
        Place? place = SourcePosition.Parse(violation.Source);
        JsonObject result = Result(violation.Law, ids, violation.Message, place is null ? null : Location(place.Value, null, terminal));
        AddFingerprint(result, violation.Law, violation.Site, violation.Condition);
        AddSchedule(result, violation, report, terminal);
        var properties = new JsonObject { ["scenario"] = violation.Scenario, ["evidence"] = violation.Evidence, ["profile"] = violation.Profile, ["memory"] = violation.Memory };
        AddText(properties, "replay", violation.Replay is { } replay ? terminal.Display(replay) : null);
        result["properties"] = properties;
        return result;
    }

    private static void AddFingerprint(JsonObject result, string law, string? at, string? condition)
    {
        if (at is not null && Site.Parse(at) is { } site)
        {
            result["partialFingerprints"] = new JsonObject { [FingerprintName] = Fingerprint.Of(law, site, condition is null ? [] : [condition]) };
        }
    }

    // What the analyzer says and what the schedule shows are two flows of one result.
    private static void AddSchedule(JsonObject result, ViolationMessage? violation, Report report, Terminal terminal)
    {
        if (violation?.Replay is not { } file || report.Schedules.FirstOrDefault(record => record.File == file) is not { } record)
        {
            return;
        }

        JsonArray flows = result["codeFlows"]?.AsArray() ?? [];
        flows.Add(SarifSchedule.CodeFlow(record.Replay, terminal));
        result["codeFlows"] = flows;
    }

    private static JsonObject Result(string rule, string[] ids, string message, JsonObject? location)
    {
        var result = new JsonObject
        {
            ["ruleId"] = rule,
            ["ruleIndex"] = Array.IndexOf(ids, rule),
            ["level"] = "warning",
            ["message"] = Message(message),
        };
        if (location is not null)
        {
            result["locations"] = new JsonArray(location);
        }

        return result;
    }

    internal static JsonObject Location(Place place, string? text, Terminal terminal)
    {
        string file = terminal.Display(place.File);
        var artifact = new JsonObject();
        if (System.IO.Path.IsPathRooted(file))
        {
            artifact["uri"] = new Uri(file).AbsoluteUri;
        }
        else
        {
            artifact["uri"] = string.Join('/', file.Split('/').Select(Uri.EscapeDataString));
            artifact["uriBaseId"] = Root;
        }

        var location = new JsonObject
        {
            ["physicalLocation"] = new JsonObject
            {
                ["artifactLocation"] = artifact,
                ["region"] = new JsonObject { ["startLine"] = Math.Max(1, place.Line), ["startColumn"] = Math.Max(1, place.Column) },
            },
        };
        if (text is not null)
        {
            location["message"] = Message(text);
        }

        return location;
    }

    internal static JsonObject Message(string text) => new() { ["text"] = text };

    private static void AddText(JsonObject properties, string name, string? value)
    {
        if (value is not null)
        {
            properties[name] = value;
        }
    }
}
