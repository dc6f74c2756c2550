using System.Globalization;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.CodeFixes.Deferral;

/// <summary>Whether a call is legal in an ordinary interrupt, where irq_work runs.</summary>
internal static class InterruptLegality
{
    /// <summary>True when it is. A condition that hangs on an argument which is not constant counts as met.</summary>
    public static bool Holds(IInvocationOperation call, ContractReader contracts)
    {
        OperationContract contract = contracts.Of(call.TargetMethod);
        OperationContract worst = contract with
        {
            LegalIn = [.. contract.LegalIn.Select(rule => rule with { When = Worst(rule.When) })],
            ForbiddenIn = [.. contract.ForbiddenIn.Select(rule => rule with { When = Worst(rule.When) })],
            MayBlock = contract.MayBlock is { } block ? new Conditional(Worst(block.When)) : null,
            WaitsForCpus = contract.WaitsForCpus is { } waits ? new Conditional(Worst(waits.When)) : null,
        };
        return !Legality.Judge(worst, Situation.AtEntry(Context.HardIrq, Section.None), ConstantOf, _ => null).Any();

        When? Worst(When? when) => when?.Holds(ConstantOf) is null ? null : when;

        string? ConstantOf(string parameter) =>
            call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter)?.Value is { ConstantValue: { HasValue: true, Value: { } value }, Type: { } type } ? Text(value, type) : null;
    }

    private static string? Text(object value, ITypeSymbol type) => value switch
    {
        bool flag => flag ? "true" : "false",
        _ when type.TypeKind == TypeKind.Enum => EnumByName.MemberOf(type, value),
        System.IConvertible number => number.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}
