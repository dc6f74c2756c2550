using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>The memory models by the names that requests, reports and replay files use.</summary>
internal static class MemoryModels
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<MemoryModel>().Select(NameOf)];

    /// <summary>The name of a model.</summary>
    public static string NameOf(MemoryModel model) => model == MemoryModel.Arm ? "arm" : "sc";

    /// <summary>The model of this name, or null.</summary>
    public static MemoryModel? Find(string name) => Enum.GetValues<MemoryModel>().Cast<MemoryModel?>().FirstOrDefault(model => NameOf(model!.Value) == name);
}
