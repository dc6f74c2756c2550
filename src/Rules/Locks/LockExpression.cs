using System.Collections.Generic;
using System.Text;

namespace IrqSafety.Rules;

/// <summary>
/// A path that names a lock in a contract: <c>path := root ('.' member | '[' key ']')*</c> with
/// <c>root := this | return | parameter | Type.Static</c>, or the alias of a declared lock class.
/// </summary>
public sealed class LockExpression
{
    private LockExpression(string root, IReadOnlyList<Step> steps)
    {
        Root = root;
        Steps = steps;
    }

    /// <summary>The first name.</summary>
    public string Root { get; }

    /// <summary>What follows it.</summary>
    public IReadOnlyList<Step> Steps { get; }

    /// <summary>One step of a path: a member, or a key in brackets.</summary>
    public readonly struct Step(string name, bool isKey)
    {
        /// <summary>Member name or key text.</summary>
        public string Name { get; } = name;

        /// <summary>True for a key in brackets.</summary>
        public bool IsKey { get; } = isKey;
    }

    /// <summary>Parses the text; on failure <paramref name="error"/> says what was expected where.</summary>
    public static bool TryParse(string? text, out LockExpression? expression, out string? error)
    {
        expression = null;
        error = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            error = "a lock expression is empty; write a path such as 'this', 'parameter.member' or a declared alias";
            return false;
        }

        int position = 0;
        if (!TryReadName(text!, ref position, out string root))
        {
            error = $"'{text}' does not start with a name";
            return false;
        }

        var steps = new List<Step>();
        while (position < text!.Length)
        {
            char separator = text[position++];
            if (separator == '.')
            {
                if (!TryReadName(text, ref position, out string member))
                {
                    error = $"'{text}' has no member name after '.' at position {position}";
                    return false;
                }

                steps.Add(new Step(member, isKey: false));
            }
            else if (separator == '[')
            {
                int close = text.IndexOf(']', position);
                if (close <= position)
                {
                    error = $"'{text}' has no key and ']' after '[' at position {position}";
                    return false;
                }

                steps.Add(new Step(text.Substring(position, close - position).Trim(), isKey: true));
                position = close + 1;
            }
            else
            {
                error = $"'{text}' has '{separator}' at position {position}; expected '.', '[' or the end";
                return false;
            }
        }

        expression = new LockExpression(root, steps);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder(Root);
        foreach (Step step in Steps)
        {
            _ = step.IsKey ? text.Append('[').Append(step.Name).Append(']') : text.Append('.').Append(step.Name);
        }

        return text.ToString();
    }

    private static bool TryReadName(string text, ref int position, out string name)
    {
        int start = position;
        while (position < text.Length && (char.IsLetterOrDigit(text[position]) || text[position] is '_' or '-'))
        {
            position++;
        }

        name = text.Substring(start, position - start);
        return name.Length > 0 && !char.IsDigit(name[0]);
    }
}
