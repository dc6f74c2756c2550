using System;
using System.Linq;
using Xunit;

namespace IrqSafety.Conformance.Tests;

/// <summary>The statements are worth what they find: every mistake put into the model makes one of them fail.</summary>
public class GicMutantTests
{
    [Fact]
    public void Every_mutant_is_killed()
    {
        MutatedModel unchanged = MutatedModel.With();
        Assert.All(GicMutant.All, mutant => Assert.Null(unchanged.Fault(mutant.KilledBy)));

        string[] alive =
        [
            .. GicMutant.All.AsParallel().AsOrdered()
                .Where(static mutant => MutatedModel.With(mutant.File, mutant.Edits).Fault(mutant.KilledBy) is null)
                .Select(static mutant => mutant.Name),
        ];
        OracleScores.Record(new OracleScore("gic mutants", "killed", GicMutant.All.Count - alive.Length, GicMutant.All.Count));
        Assert.Empty(alive);
        Assert.Equal(16, GicMutant.All.Count);
    }

    [Fact]
    public void A_change_that_is_not_in_the_source_is_an_error() =>
        Assert.Throws<InvalidOperationException>(() => MutatedModel.With("Gic/Gic.cs", new SourceEdit("no such text", "")));
}
