using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>One access to shared data.</summary>
/// <param name="Location">The cell.</param>
/// <param name="Writes">It writes; an update writes.</param>
/// <param name="Order">How it is ordered.</param>
/// <param name="OfUpdate">It is one half of an update: read, then write.</param>
/// <param name="Activation">The code that makes it: a task's own, or one activation of a handler. Compared by reference.</param>
/// <param name="Place">Where in the program, as the observer names it.</param>
internal sealed record MemoryAccess(object Location, bool Writes, MemoryOrder Order, bool OfUpdate, Frame Activation, string Place);
