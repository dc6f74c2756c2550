using System.Composition;
using IrqSafety.CodeFixes.Lines;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes;

/// <summary>Sets the flow handler of the line's kind.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0213SetFlowHandlerFix)), Shared]
public sealed class IRQ0213SetFlowHandlerFix() : SetFlowHandlerFix("IRQ0213");
