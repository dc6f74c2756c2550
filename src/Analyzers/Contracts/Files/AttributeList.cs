using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.Analyzers.Contracts.Files;

/// <summary>
/// The attribute list of a line. It is parsed by the compiler's own parser; of expressions only literals, members of enums, <c>|</c>, arrays and
/// named arguments are understood.
/// </summary>
internal static class AttributeList
{
    private const string Suffix = "Attribute";
    private const string Carrier = "\nclass C;";

    /// <summary>An attribute of a list.</summary>
    /// <param name="Name">Its name without the suffix.</param>
    /// <param name="Attribute">The attribute.</param>
    /// <param name="Content">Its text in normal form.</param>
    internal sealed record Entry(string Name, ContractAttribute Attribute, string Content);

    /// <summary>The attributes of a list; null with a problem when it cannot be used.</summary>
    public static IReadOnlyList<Entry>? Parse(string text, bool ofAssembly, Location location, out string problem)
    {
        CompilationUnitSyntax unit = SyntaxFactory.ParseCompilationUnit(text + Carrier);
        SyntaxList<AttributeListSyntax> lists = ofAssembly ? unit.AttributeLists : unit.Members.FirstOrDefault() is ClassDeclarationSyntax carrier ? carrier.AttributeLists : default;
        problem = unit.GetDiagnostics().FirstOrDefault() is { } wrong ? $"the attribute list cannot be parsed: {wrong.GetMessage(CultureInfo.InvariantCulture)}"
            : ofAssembly && unit.AttributeLists.Count == 0 ? $"write what the list is for: a documentation ID in front of it, or '{ContractFile.Assembly}:' in it"
            : unit.Members.Count != 1 || unit.Usings.Count + unit.Externs.Count > 0 || lists.Count == 0 || !IsWhole(unit, lists, text, ofAssembly) ? $"'{Excerpt(text)}' is not an attribute list in brackets"
            : lists.FirstOrDefault(list => list.Target?.Identifier.ValueText != (ofAssembly ? ContractFile.Assembly : null)) is { Target: { } target } ? $"'{target.Identifier.ValueText}:' in the list is not used; what it is for stands in front of the list"
            : "";
        if (problem.Length > 0)
        {
            return null;
        }

        var entries = new List<Entry>();
        foreach (AttributeSyntax syntax in lists.SelectMany(list => list.Attributes))
        {
            if (Read(syntax, location, out problem) is not { } attribute)
            {
                return null;
            }

            if (!ContractVocabulary.All[attribute.Name].AllowMultiple && entries.Any(one => one.Name == attribute.Name))
            {
                problem = $"[{attribute.Name}] is said twice";
                return null;
            }

            entries.Add(new Entry(attribute.Name, attribute, syntax.NormalizeWhitespace().ToString()));
        }

        return entries;
    }

    // Nothing but the lists, and the class that carries them, may stand in the line.
    private static bool IsWhole(CompilationUnitSyntax unit, SyntaxList<AttributeListSyntax> lists, string text, bool ofAssembly) =>
        lists.Last().Span.End == text.Length && (ofAssembly ? ((MemberDeclarationSyntax)unit.Members[0]).AttributeLists.Count == 0 : unit.AttributeLists.Count == 0)
        && !unit.DescendantTrivia().Any(trivia => !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia));

    private static ContractAttribute? Read(AttributeSyntax syntax, Location location, out string problem)
    {
        string name = syntax.Name switch
        {
            IdentifierNameSyntax simple => simple.Identifier.ValueText,
            QualifiedNameSyntax { Right: IdentifierNameSyntax right } qualified when qualified.Left.ToString() == ContractAttribute.Namespace => right.Identifier.ValueText,
            _ => syntax.Name.ToString(),
        };
        name = name.EndsWith(Suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - Suffix.Length) : name;
        if (!ContractVocabulary.All.TryGetValue(name, out ContractShape? shape))
        {
            problem = $"there is no contract attribute [{Excerpt(name)}]";
            return null;
        }

        var positional = new List<ExpressionSyntax>();
        ImmutableDictionary<string, ContractValue>.Builder named = ImmutableDictionary.CreateBuilder<string, ContractValue>();
        foreach (AttributeArgumentSyntax argument in syntax.ArgumentList?.Arguments ?? default)
        {
            string? property = argument.NameEquals?.Name.Identifier.ValueText;
            if (property is null && argument.NameColon is null)
            {
                positional.Add(argument.Expression);
                continue;
            }

            if (property is null || !shape.Properties.TryGetValue(property, out Type? type))
            {
                problem = $"[{name}] has no '{property ?? argument.NameColon!.Name.Identifier.ValueText}' to be given by name";
                return null;
            }

            if (named.ContainsKey(property))
            {
                problem = $"'{property}' is given twice in [{name}]";
                return null;
            }

            if (ConstantExpression.Read(argument.Expression, type, out problem) is not { } value)
            {
                problem = $"'{property}' in [{name}]: {problem}";
                return null;
            }

            named[property] = value;
        }

        return Arguments(shape, positional, out problem) is { } arguments ? ContractAttribute.Written(name, [.. arguments], named.ToImmutable(), location) : null;
    }

    private static List<ContractValue>? Arguments(ContractShape shape, List<ExpressionSyntax> written, out string problem)
    {
        var values = new List<ContractValue>();
        IReadOnlyList<ParameterInfo> parameters = shape.ParametersFor(written.Count);
        for (int i = 0; i < parameters.Count; i++)
        {
            ParameterInfo parameter = parameters[i];
            if (parameter.IsDefined(typeof(ParamArrayAttribute)) && !(written.Count == i + 1 && ConstantExpression.IsArray(written[i])))
            {
                if (ConstantExpression.ReadTexts(written.Skip(i), out problem) is not { } rest)
                {
                    problem = $"[{shape.Name}]: {problem}";
                    return null;
                }

                values.Add(rest);
                return values;
            }

            if (i >= written.Count && parameter.HasDefaultValue)
            {
                break;
            }

            if (i >= written.Count)
            {
                problem = $"[{shape.Name}] needs '{parameter.Name}'";
                return null;
            }

            if (ConstantExpression.Read(written[i], parameter.ParameterType, out problem) is not { } value)
            {
                problem = $"'{parameter.Name}' in [{shape.Name}]: {problem}";
                return null;
            }

            values.Add(value);
        }

        problem = written.Count > parameters.Count ? $"[{shape.Name}] takes {parameters.Count} argument{(parameters.Count == 1 ? "" : "s")}, not {written.Count}" : "";
        return problem.Length == 0 ? values : null;
    }

    private static string Excerpt(string text) => text.Length <= 40 ? text : text.Substring(0, 40) + "…";
}
