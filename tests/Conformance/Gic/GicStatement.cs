using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;

namespace IrqSafety.Conformance.Tests;

/// <summary>One statement of <c>gic-statements.tsv</c>, and the check of the model that stands for it, if there is one.</summary>
public sealed record GicStatement(string Id, string AppliesTo, string Precondition, string Action, string Expected)
{
    public const string Oracle = "gic-conformance";

    private static readonly Lazy<IReadOnlyList<GicStatement>> Rows = new(() =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "gic-statements.tsv")).Skip(1).Select(Parse)]);

    private static readonly Lazy<IReadOnlyDictionary<string, Action>> Checks = new(FindChecks);

    public static IReadOnlyList<GicStatement> All => Rows.Value;

    /// <summary>Asserts the statement; null when the model lacks what it is about.</summary>
    public Action? Check => Checks.Value.GetValueOrDefault(Id);

    public override string ToString() => $"{Id} {Action}: {Expected}";

    private static GicStatement Parse(string line)
    {
        string[] cell = line.Split('\t');
        return new GicStatement(cell[0], cell[1], cell[2], cell[3], cell[4]);
    }

    private static Dictionary<string, Action> FindChecks() => typeof(GicStatement).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public))
        .SelectMany(method => method.GetCustomAttributes<ChecksAttribute>(), (method, checks) => (checks.Statement, Check: method.CreateDelegate<Action>()))
        .ToDictionary(each => each.Statement, each => each.Check);
}

/// <summary>The method asserts this statement.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ChecksAttribute(string statement) : Attribute
{
    public string Statement { get; } = statement;
}
