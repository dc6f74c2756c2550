using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>Fixes and catalogue agree: a rule whose entry names a fix has exactly one, and no other has any.</summary>
public sealed class CatalogueTests
{
    private static readonly IReadOnlyList<Type> s_fixes = [.. typeof(RuleFix).Assembly.GetTypes().Where(type => typeof(CodeFixProvider).IsAssignableFrom(type) && !type.IsAbstract)];

    public static TheoryData<string> RulesWithFix => [.. Catalogue.Rules.Where(rule => rule.Fix is not null).Select(rule => rule.Id)];

    public static TheoryData<Type> Fixes => [.. s_fixes];

    [Theory]
    [MemberData(nameof(RulesWithFix))]
    public void A_rule_with_a_fix_has_one_that_carries_its_ID(string id)
    {
        Type fix = Assert.Single(s_fixes, type => type.Name.StartsWith(id, StringComparison.Ordinal));
        Assert.Equal([id], Create(fix).FixableDiagnosticIds);
    }

    [Theory]
    [MemberData(nameof(Fixes))]
    public void A_fix_belongs_to_a_rule_and_is_called_what_the_catalogue_calls_it(Type fix)
    {
        RuleFix instance = Create(fix);
        Rule rule = Catalogue.Rule(Assert.Single(instance.FixableDiagnosticIds));
        Assert.Equal(rule.Fix, instance.Title);
        Assert.Null(rule.NoFixBecause);
        Assert.StartsWith(rule.Id, fix.Name, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Fixes))]
    public void A_fix_is_exported_for_CSharp_and_fixes_all_in_every_scope(Type fix)
    {
        ExportCodeFixProviderAttribute export = Assert.IsType<ExportCodeFixProviderAttribute>(fix.GetCustomAttribute<ExportCodeFixProviderAttribute>());
        Assert.Equal([LanguageNames.CSharp], export.Languages);
        Assert.Equal(fix.Name, export.Name);
        Assert.Equal(
            [FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution],
            Create(fix).GetFixAllProvider().GetSupportedFixAllScopes());
    }

    [Fact]
    public void Every_rule_has_a_fix_or_a_reason_for_none() =>
        Assert.All(Catalogue.Rules, rule => Assert.True(rule.Fix is null != rule.NoFixBecause is null, rule.Id));

    private static RuleFix Create(Type fix) => Assert.IsType<RuleFix>(Activator.CreateInstance(fix), exactMatch: false);
}
