using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts.Files;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>What is wrong with a line of a contract file in the program it is compiled with.</summary>
internal static class ContractLineProblems
{
    /// <summary>The problems.</summary>
    public static IEnumerable<FileProblem> Of(ContractLine line, ContractedCompilation contracts)
    {
        if (line.Target == ContractFile.Assembly)
        {
            return [];
        }

        ISymbol? symbol = SymbolOf(line.Target, contracts.Compilation);
        IMethodSymbol? method = symbol as IMethodSymbol ?? (symbol as IPropertySymbol)?.GetMethod ?? (symbol as IPropertySymbol)?.SetMethod;
        method ??= (symbol as INamedTypeSymbol)?.DelegateInvokeMethod;
        IEnumerable<string> problems = symbol is null ? [$"there is no '{line.Target}' in the program or what it references"]
            : line.Part is null ? (method is null ? ContractProblems.OfPart(line.Attributes) : ContractProblems.Of(method, line.Attributes))
                .Concat(symbol is IMethodSymbol ? [] : ContractProblems.OfData(line.Attributes)).Select(one => one.Problem)
            : method is null ? [$"'{line.Target}' has no parameters and returns nothing"]
            : line.Part == "return" ? method.ReturnsVoid ? [$"'{method.Name}' returns nothing"] : ContractProblems.OfPart(line.Attributes).Concat(ContractProblems.OfReturn(method, line.Attributes)).Select(one => one.Problem)
            : !method.Parameters.Any(parameter => parameter.Name == line.Part) ? [$"'{method.Name}' has no parameter '{line.Part}'"]
            : ContractProblems.OfPart(line.Attributes).Select(one => one.Problem);
        IEnumerable<string> locks = symbol is null ? [] : line.Attributes.SelectMany(LockExpressionProblems.ExpressionsIn)
            .Select(expression => LockExpressionProblems.Of(expression, symbol, contracts) is { } problem ? $"the lock expression '{expression}' names no lock: {problem}" : null)
            .OfType<string>();
        IEnumerable<string> misplaced = symbol is INamedTypeSymbol { TypeKind: not TypeKind.Delegate } && line.Part is null
            ? line.Attributes.Where(one => ContractVocabulary.All.TryGetValue(one.Name, out ContractShape? shape) && (shape.Targets & (System.AttributeTargets.Class | System.AttributeTargets.Struct)) == 0)
                .Select(one => $"[{one.Name}] does not belong on a type")
            : [];
        return problems.Concat(misplaced).Concat(locks).Select(problem => new FileProblem(problem, line.Location));
    }

    /// <summary>The member of this documentation ID, as declared; null when there is none. An ID that is not well formed names nothing.</summary>
    public static ISymbol? SymbolOf(string id, Compilation compilation)
    {
        try
        {
            return DocumentationCommentId.GetFirstSymbolForDeclarationId(id, compilation);
        }
        catch (System.Exception exception) when (exception is System.ArgumentException or System.FormatException or System.OverflowException or System.IndexOutOfRangeException)
        {
            return null;
        }
    }
}
