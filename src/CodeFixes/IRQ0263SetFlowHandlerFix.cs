using System.Composition;
using IrqSafety.CodeFixes.Lines;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes;

/// <summary>Sets the flow handler of the line's kind, which another type knows.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0263SetFlowHandlerFix)), Shared]
public sealed class IRQ0263SetFlowHandlerFix() : SetFlowHandlerFix("IRQ0263");
