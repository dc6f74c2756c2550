using System.Composition;
using IrqSafety.CodeFixes.Deferral;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes;

/// <summary>Defers an operation that is not safe from NMI.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0202DeferThroughIrqWorkFix)), Shared]
public sealed class IRQ0202DeferThroughIrqWorkFix() : DeferThroughIrqWorkFix("IRQ0202");
