using System.Composition;
using IrqSafety.CodeFixes.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes;

/// <summary>Declares what an implementation adds where it is called, and on the implementation what it is called for.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0004MakeDeclarationsAgreeFix)), Shared]
public sealed class IRQ0004MakeDeclarationsAgreeFix() : DeclareContractFix("IRQ0004");
