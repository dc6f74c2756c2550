using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace IrqSafety.Analyzers.Benchmarks;

/// <summary>What the generated programs are compiled against.</summary>
internal static class ProgramReferences
{
    /// <summary>The framework of this process.</summary>
    public static IReadOnlyList<string> Framework { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll") && name is not "System.Private.CoreLib.dll" && !path.Contains("Microsoft.CodeAnalysis", StringComparison.Ordinal)),
        typeof(object).Assembly.Location,
    ];

    /// <summary>The framework and the model.</summary>
    public static IReadOnlyList<string> WithModel { get; } =
    [
        .. Framework,
        typeof(global::IrqSafety.Contracts.RunsInAttribute).Assembly.Location,
        typeof(global::IrqSafety.Runtime.RawSpinLock).Assembly.Location,
    ];
}
