using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace IrqSafety.Conformance.Tests;

/// <summary>Every statement about the GIC and the interrupt core, asserted of the model or counted as missing.</summary>
public class GicStatementTests
{
    private static readonly (string Why, string[] Ids)[] s_missing =
    [
        ("the host side of a virtual GIC", ["V17", "V18"]),
        ("guests: aborts and SErrors injected by a host", Ids("X", 1, 7)),
    ];

    public static TheoryData<string> Statements => [.. GicStatement.All.Select(statement => statement.Id)];

    [Theory]
    [MemberData(nameof(Statements))]
    public void The_model_keeps(string id)
    {
        string? missing = s_missing.Where(each => each.Ids.Contains(id)).Select(each => each.Why).SingleOrDefault();
        Assert.SkipWhen(missing is not null, $"not modelled: {missing}");
        Action? check = GicStatement.All.Single(statement => statement.Id == id).Check;
        Assert.NotNull(check);
        check();
    }

    [Fact]
    public void Score()
    {
        List<string> missing = [];
        foreach (GicStatement statement in GicStatement.All)
        {
            if (Fault(statement) is { } fault)
            {
                missing.Add(statement.Id);
                TestContext.Current.SendDiagnosticMessage("{0}: {1}", statement.Id, fault);
            }
        }

        OracleScores.Record(new OracleScore(GicStatement.Oracle, "dynamic", GicStatement.All.Count - missing.Count, GicStatement.All.Count));
        Assert.Equal(s_missing.SelectMany(each => each.Ids).Order(StringComparer.Ordinal), missing.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_data_are_complete()
    {
        Assert.Equal(101, GicStatement.All.Count);
        Assert.Distinct(GicStatement.All.Select(statement => statement.Id));
    }

    private static string? Fault(GicStatement statement)
    {
        if (statement.Check is null)
        {
            return $"missing: {s_missing.FirstOrDefault(each => each.Ids.Contains(statement.Id)).Why ?? "no check"}";
        }

        return Record.Exception(statement.Check)?.Message;
    }

    private static string[] Ids(string section, int first, int last) => [.. Enumerable.Range(first, last - first + 1).Select(number => $"{section}{number:00}")];
}
