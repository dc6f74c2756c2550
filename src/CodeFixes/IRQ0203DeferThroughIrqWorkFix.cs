using System.Composition;
using IrqSafety.CodeFixes.Deferral;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes;

/// <summary>Defers what breaks a method's promise to be safe from NMI.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0203DeferThroughIrqWorkFix)), Shared]
public sealed class IRQ0203DeferThroughIrqWorkFix() : DeferThroughIrqWorkFix("IRQ0203");
