using System;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>A kernel thread.</summary>
/// <param name="Cpu">Where it runs.</param>
/// <param name="Name">Its name.</param>
/// <param name="Body">What it does.</param>
internal sealed record TaskDeclaration(CpuId Cpu, string Name, Action Body);

/// <summary>A source of interrupts outside the program: a device, a timer, a person at the console.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IntId">Its interrupt.</param>
/// <param name="Cpu">The CPU it arrives at.</param>
/// <param name="Arrivals">How often it may arrive.</param>
/// <param name="Trigger">How its line signals.</param>
internal readonly record struct SourceDeclaration(string Name, IntId IntId, CpuId Cpu, int Arrivals, Trigger Trigger);

/// <summary>A source of an abstract interrupt of <see cref="MachineProfile.Unlatched"/>.</summary>
/// <param name="Number">The number of the interrupt, which is its priority.</param>
/// <param name="Handler">Its handler.</param>
internal sealed record UnlatchedDeclaration(int Number, Action Handler);

/// <summary>A fault that may happen.</summary>
/// <param name="Call">The call that fails.</param>
/// <param name="Count">How often it may.</param>
internal sealed record FaultDeclaration(string Call, int Count);

/// <summary>Something that must hold.</summary>
/// <param name="Name">What it says.</param>
/// <param name="Holds">Whether it does. Must not touch the model other than by plain reads.</param>
internal sealed record ConditionDeclaration(string Name, Func<bool> Holds);

/// <summary>A CPU that goes away, and may come back.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Up">True when it comes up again.</param>
/// <param name="Count">How often.</param>
internal sealed record HotplugDeclaration(CpuId Cpu, bool Up, int Count);
