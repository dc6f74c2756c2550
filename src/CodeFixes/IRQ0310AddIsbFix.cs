using System.Composition;
using IrqSafety.CodeFixes.Orders;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes;

/// <summary>Adds the context synchronisation event between the acknowledge and the handler.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0310AddIsbFix)), Shared]
public sealed class IRQ0310AddIsbFix() : InsertStepFix("IRQ0310");
