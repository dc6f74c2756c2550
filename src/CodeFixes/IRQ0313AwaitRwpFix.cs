using System.Composition;
using IrqSafety.CodeFixes.Orders;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes;

/// <summary>Waits until RWP of the right frame reads 0: before what relies on the write, or before the method returns.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0313AwaitRwpFix)), Shared]
public sealed class IRQ0313AwaitRwpFix() : InsertStepFix("IRQ0313");
