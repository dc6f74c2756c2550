using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Flow;

/// <summary>
/// What an expression stands for, as a term: a constant, a path such as <c>this.base + ‹i›</c>, a comparison. Two expressions with equal text
/// have equal values for as long as none of the variables in it changes.
/// </summary>
/// <remarks>Variables of the body stand in <c>‹ ›</c>, results of calls in <c>⟦ ⟧</c>, so that a term can be generalised over them.</remarks>
internal sealed class Value : IEquatable<Value>
{
    private static readonly Regex Variables = new("‹[^›]*›", RegexOptions.CultureInvariant);

    // The first of each kind are the same in every body.
    private const int NumberedAlike = 64;
    private static readonly ImmutableArray<Value> Results = [.. Enumerable.Range(0, NumberedAlike).Select(number => OfResult(number, ""))];
    private static readonly ImmutableArray<Value> Creations = [.. Results.Select(result => new Value(result.Text) { IsResult = true, IsNew = true })];
    private static readonly ImmutableArray<Value> Captures = [.. Enumerable.Range(0, NumberedAlike).Select(number => OfVariable(CaptureName(number)))];
    private int _hash;

    private Value(string text)
    {
        Text = text;
    }

    /// <summary>The term.</summary>
    public string Text { get; }

    /// <summary>For a constant: its text as conditions of contracts write it (an enum member's name, <c>true</c>, a number).</summary>
    public string? Constant { get; private init; }

    /// <summary>
    /// What conditions of contracts compare with: the constant, or the name of a static member of its own type that stands for one value, as <c>Priority.Nmi</c> does.
    /// </summary>
    public string? AsCondition => Constant ?? (Member is { IsStatic: true } member && Owner is null && SymbolEqualityComparer.Default.Equals(TypeOf(member), member.ContainingType) ? member.Name : null);

    private static ITypeSymbol? TypeOf(ISymbol member) => (member as IPropertySymbol)?.Type ?? (member as IFieldSymbol)?.Type;

    /// <summary>For a constant number, or a type that wraps one: the number.</summary>
    public long? Number { get; private init; }

    /// <summary>For a negation or a comparison with a constant: the term negated or compared.</summary>
    public Value? Operand { get; private init; }

    /// <summary>For a comparison: the constant compared with.</summary>
    public Value? ComparedWith { get; private init; }

    /// <summary>For a path: the field or property it ends in.</summary>
    public ISymbol? Member { get; private init; }

    /// <summary>For a path: the object that the member belongs to; null for a static one.</summary>
    public Value? Owner { get; private init; }

    /// <summary>True for an object that this body created: until it is handed on, nobody else knows it.</summary>
    public bool IsNew { get; private init; }

    /// <summary>For a tuple: its elements, null where one is not known.</summary>
    public ImmutableArray<Value?> Parts { get; private init; } = [];

    /// <summary>For a delegate: the method it calls.</summary>
    public IMethodSymbol? Target { get; private init; }

    /// <summary>True when the term names a field or property, which others can change.</summary>
    public bool IsShared { get; private init; }

    /// <summary>For a question about the context: where its answer is yes.</summary>
    public IrqSafety.Contracts.Context Tells { get; private init; }

    /// <summary>True for the result of a call.</summary>
    public bool IsResult { get; private init; }

    /// <summary>True for a variable or parameter of the body.</summary>
    public bool IsVariable { get; private init; }

    /// <summary>The term without what stands in brackets, once somebody asked for it.</summary>
    public string? TextOutsideIndices { get; set; }

    /// <summary>The constant null.</summary>
    public static Value Null { get; } = new("null") { Constant = "null" };

    /// <summary>The instance a body runs on.</summary>
    public static Value This { get; } = new("this");

    /// <summary>A truth value.</summary>
    public static Value Of(bool truth) => truth ? True : False;

    private static Value True { get; } = new("true") { Constant = "true" };

    private static Value False { get; } = new("false") { Constant = "false" };

    /// <summary>A constant of a type.</summary>
    public static Value OfConstant(object? value, ITypeSymbol? type) => value switch
    {
        null => Null,
        bool truth => Of(truth),
        string text => new Value($"\"{text}\"") { Constant = text },
        _ when Contracts.EnumByName.Number(value) is { } number => new Value(number.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            Number = number,
            Constant = type is { TypeKind: TypeKind.Enum } ? Contracts.EnumByName.MemberOf(type, value) ?? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        },
        _ => new Value(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "") { Constant = Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) },
    };

    /// <summary>A local variable or parameter.</summary>
    public static Value OfVariable(string name) => new($"‹{name}›") { IsVariable = true };

    /// <summary>What stands between two blocks for a value that code computed, by the number of its place.</summary>
    public static Value OfCapture(int number) => Numbered(Captures, number) ?? OfVariable(CaptureName(number));

    private static string CaptureName(int number) => "#" + number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The result of the call with this number in the body.</summary>
    public static Value OfResult(int call) => Numbered(Results, call) ?? OfResult(call, "");

    /// <summary>What the call with this number in the body leaves in a parameter.</summary>
    public static Value OfResult(int call, string part) => new($"⟦{call}{part}⟧") { IsResult = true };

    /// <summary>The object that the call with this number, of a constructor, made.</summary>
    public static Value OfCreation(int call) => Numbered(Creations, call) ?? new(OfResult(call).Text) { IsResult = true, IsNew = true };

    private static Value? Numbered(ImmutableArray<Value> made, int number) => number >= 0 && number < made.Length ? made[number] : null;

    /// <summary>A field or property of an object, or a static one when <paramref name="owner"/> is null.</summary>
    /// <param name="owner">The object.</param>
    /// <param name="member">The field or property.</param>
    /// <param name="isSettled">True when nobody changes it once the object is made.</param>
    public static Value OfMember(Value? owner, ISymbol member, bool isSettled = false) =>
        new($"{owner?.Text ?? member.ContainingType?.Name ?? ""}.{member.Name}") { Member = member, Owner = owner, IsShared = !isSettled || owner is { IsShared: true } };

    /// <summary>An element.</summary>
    public static Value OfElement(Value array, Value index) => new($"{array.Text}[{index.Text}]") { Member = array.Member, Owner = array.Owner, IsShared = array.IsShared };

    /// <summary>An arithmetic term, or a call of something that depends on its arguments only.</summary>
    public static Value OfTerm(string text, bool isShared = false) => new(text) { IsShared = isShared };

    /// <summary>A tuple of these elements.</summary>
    public static Value OfTuple(string text, ImmutableArray<Value?> parts)
    {
        bool isShared = false;
        foreach (Value? part in parts)
        {
            isShared |= part is { IsShared: true };
        }

        return new(text) { Parts = parts, IsShared = isShared };
    }

    /// <summary>A delegate for a method.</summary>
    public static Value OfDelegate(IMethodSymbol target) => new($"&{target.GetDocumentationCommentId() ?? target.Name}@{(target.Locations.IsEmpty ? 0 : target.Locations[0].SourceSpan.Start)}") { Target = target };

    /// <summary>The same, as a question about the context.</summary>
    public Value Telling(IrqSafety.Contracts.Context contexts) => new(Text)
    {
        Member = Member,
        Owner = Owner,
        IsShared = IsShared,
        IsResult = IsResult,
        Tells = contexts,
    };

    /// <summary>The opposite truth.</summary>
    public Value Not() => this == True ? False : this == False ? True : Text.StartsWith("!", StringComparison.Ordinal) && Operand is not null ? Operand : new Value($"!{Text}") { Operand = this, IsShared = IsShared };

    /// <summary>Whether the term equals a constant.</summary>
    public Value EqualTo(Value constant) => Constant is not null
        ? Of(Text == constant.Text)
        : constant == True ? this
        : constant == False ? Not()
        : new Value($"({Text} == {constant.Text})") { Operand = this, ComparedWith = constant, IsShared = IsShared };

    /// <summary>True for a negation.</summary>
    public bool IsNegation => Operand is not null && ComparedWith is null;

    /// <summary>True when the term names this variable.</summary>
    public bool Mentions(string variable) => Text.Contains($"‹{variable}›");

    /// <summary>True when the term depends on the result of some call.</summary>
    public bool MentionsResult => Text.IndexOf('⟦') >= 0;

    /// <summary>True when the term depends on the result of this call.</summary>
    public bool MentionsResultOf(int call) => Text.Contains($"⟦{call}⟧") || Text.Contains($"⟦{call}.");

    /// <summary>The term for every value of its variables: <c>this.base + *</c>.</summary>
    public static string Generalise(string text) => text.IndexOf('‹') < 0 ? text : Variables.Replace(text, "*");

    /// <summary>The term as its author would write it.</summary>
    public static string Display(string text) => text.Replace("‹", "").Replace("›", "").Replace("this.", "");

    /// <inheritdoc/>
    public bool Equals(Value? other) => other is not null && other.Text == Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Value);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash == 0 ? _hash = StringComparer.Ordinal.GetHashCode(Text) : _hash;

    /// <inheritdoc/>
    public override string ToString() => Text;
}
