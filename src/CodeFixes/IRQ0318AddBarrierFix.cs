using System.Composition;
using IrqSafety.CodeFixes.Orders;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes;

/// <summary>Adds the barrier that the interrupt controller needs before the operation.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0318AddBarrierFix)), Shared]
public sealed class IRQ0318AddBarrierFix() : InsertStepFix("IRQ0318");
