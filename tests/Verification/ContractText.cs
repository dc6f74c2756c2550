using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace IrqSafety.Testing;

/// <summary>A contract file as the compiler hands it to analyzers.</summary>
/// <param name="path">Its path.</param>
/// <param name="text">Its text.</param>
public sealed class ContractText(string path, SourceText text) : AdditionalText
{
    /// <summary>With this text.</summary>
    public ContractText(string path, string text)
        : this(path, SourceText.From(text, Encoding.UTF8))
    {
    }

    /// <inheritdoc/>
    public override string Path { get; } = path;

    /// <inheritdoc/>
    public override SourceText GetText(CancellationToken cancellationToken = default) => text;
}
