using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace IrqSafety.Analyzers.Tests.History;

/// <summary>
/// The corpus of real bugs: each class is one bug, its name the project, the commit that fixed it (or, where it never reached a tree, the thread) and what was
/// wrong. <c>As_it_was</c> reports it, under the right rule at the right line; <c>As_it_was_fixed</c> is silent. The code is our own, in the shape of the
/// original; the comment says what happened and where to read it.
/// </summary>
public partial class HistoryTests
{
    public static TheoryData<string> EachBug =>
        [.. typeof(HistoryTests).Assembly.GetTypes().Where(type => type.Namespace == typeof(HistoryTests).Namespace && type.IsPublic && type != typeof(HistoryTests)).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(EachBug))]
    public void A_bug_has_a_reference_in_its_name_and_both_sides(string name)
    {
        Assert.Matches(Reference(), name);
        string[] tests = [.. typeof(HistoryTests).Assembly.GetType($"{typeof(HistoryTests).Namespace}.{name}")!.GetMethods().Where(method => method.IsDefined(typeof(FactAttribute), inherit: false)).Select(method => method.Name)];
        Assert.Contains(tests, test => test.StartsWith("As_it_was", System.StringComparison.Ordinal) && !test.StartsWith("As_it_was_fixed", System.StringComparison.Ordinal));
        Assert.Contains("As_it_was_fixed", tests);
    }

    // Linux_046b5054f566_…, Xen_e83d6b9432_…, TfA_611eb9cfa_…, Thread_arm_sdei_v4_…
    [GeneratedRegex("^((Linux|Xen|TfA)_[0-9a-f]{9,12}|Thread)_[A-Za-z0-9_]+$")]
    private static partial Regex Reference();
}
