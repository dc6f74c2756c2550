using System.Composition;
using IrqSafety.CodeFixes.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes;

/// <summary>Declares the contract that was inferred.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0003DeclareInferredContractFix)), Shared]
public sealed class IRQ0003DeclareInferredContractFix() : DeclareContractFix("IRQ0003");
