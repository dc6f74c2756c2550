using System.Composition;
using IrqSafety.CodeFixes.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes;

/// <summary>Declares the contract that was inferred in the build.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0053DeclareInferredContractFix)), Shared]
public sealed class IRQ0053DeclareInferredContractFix() : DeclareContractFix("IRQ0053");
