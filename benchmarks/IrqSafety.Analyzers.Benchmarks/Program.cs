using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace IrqSafety.Analyzers.Benchmarks;

/// <summary>
/// What the analyzers cost. Every figure is a ratio to the compiler alone, measured in turn in one run; the median is printed with the range.
/// </summary>
internal static class Program
{
    private const int Lines = 30_000;
    private static readonly string[] s_parts = ["plain", "beside", "model", "linked", "phases", "repeat", "growth", "document"];

    private static int Main(string[] arguments)
    {
        string[] wanted = [.. arguments.Where(s_parts.Contains)];
        bool isQuick = arguments.Contains("quick");
        bool Wants(string part) => wanted.Length == 0 ? !(isQuick && part is "linked" or "phases") : wanted.Contains(part);
        int rounds = arguments.Select(argument => int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out int asked) ? asked : 0).FirstOrDefault(asked => asked > 0) is > 0 and var given ? given : isQuick ? 3 : 11;
        bool withOthers = !arguments.Contains("alone") && !isQuick;
        if (arguments.Any(argument => argument is not ("alone" or "quick") && !s_parts.Contains(argument) && !argument.All(char.IsAsciiDigit)))
        {
            Console.Error.WriteLine($"usage: [rounds] [alone] [quick] [{string.Join("] [", s_parts)}]; 'alone' leaves the other analyzers out, 'quick' measures three rounds without them, no part means all");
            return 2;
        }

        Console.WriteLine("Times of compilations: one warm compile server, as 'dotnet build' uses it. Ratios are of its processor time, elapsed time beside it.");
        using (var compiler = new CompilerRun())
        {
            var compilations = new Compilations(compiler, rounds, withOthers, isQuick);
            if (Wants("plain"))
            {
                compilations.Print("plain", $"{Lines} lines without contracts", GeneratedCode.WithoutContracts(Lines), ProgramReferences.Framework, 1.03);
            }

            if (Wants("beside"))
            {
                compilations.Print("beside", $"{Lines} lines without contracts in a project that references the model", GeneratedCode.WithoutContracts(Lines), ProgramReferences.WithModel, 1.03);
            }

            if (Wants("model"))
            {
                compilations.Print("model", $"{Lines} lines on the model", GeneratedCode.OnTheModel(Lines), ProgramReferences.WithModel, 1.25);
            }

            if (Wants("linked"))
            {
                compilations.Print("linked", $"{Lines} lines on the model, each type calling the one before", GeneratedCode.Linked(Lines), ProgramReferences.WithModel, 1.25);
            }
        }

        if (Wants("phases"))
        {
            Phases.Print($"{Lines} lines on the model, each type calling the one before", GeneratedCode.Linked(Lines), rounds);
        }

        if (wanted.Contains("repeat"))
        {
            Phases.Repeat(GeneratedCode.Linked(Lines), rounds);
        }

        if (Wants("growth"))
        {
            Growth.Print(rounds);
        }

        if (Wants("document"))
        {
            EditedDocument.Print(Math.Max(10 * rounds, 40));
        }

        return 0;
    }

    internal static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    internal static string Text(double value) => value.ToString(value >= 100 ? "F0" : "F2", CultureInfo.InvariantCulture);
}
