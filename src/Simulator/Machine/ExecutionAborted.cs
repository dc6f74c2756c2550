using System;
using System.Runtime.CompilerServices;

namespace IrqSafety.Simulator;

/// <summary>
/// Unwinds the stacks of an execution that is over. Programs cannot name it, and swallowing it does not bring the execution back: the next
/// model operation throws again.
/// </summary>
internal sealed class ExecutionAborted : Exception
{
}

/// <summary>How an execution that is over gets its stacks back from the program.</summary>
internal sealed class Aborting(Scheduler scheduler)
{
    // Enough for any clean-up code; a program that goes on after that is in a loop around a catch-all.
    private const int InertOperations = 1000;

    /// <summary>Throws the abort on the task's stack.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public void Throw(SimTask task)
    {
        task.AbortedAt = Position();
        throw new ExecutionAborted();
    }

    /// <summary>
    /// A model operation of an execution that is over: does nothing in clean-up code, throws again elsewhere. While an exception passes,
    /// <c>finally</c> blocks run on top of the stack that threw it; once it was caught, the stack is shorter than that.
    /// </summary>
    public void Operation(SimTask task)
    {
        if (++task.InertOperations > InertOperations)
        {
            scheduler.Abandon(task);
        }

        if (Position() >= task.AbortedAt)
        {
            Throw(task);
        }
    }

    // Stacks grow towards lower addresses on every platform .NET runs on.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe nuint Position()
    {
        byte here;
        return (nuint)(&here);
    }
}
