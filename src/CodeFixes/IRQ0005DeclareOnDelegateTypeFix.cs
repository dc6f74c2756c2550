using System.Composition;
using IrqSafety.CodeFixes.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes;

/// <summary>Declares a contract on the delegate type that would lose it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0005DeclareOnDelegateTypeFix)), Shared]
public sealed class IRQ0005DeclareOnDelegateTypeFix() : DeclareContractFix("IRQ0005");
