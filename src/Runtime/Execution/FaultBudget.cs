using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>The faults a scenario declared: whether and when each happens is a choice of the execution. Nothing fails that was not declared.</summary>
public sealed class FaultBudget
{
    private readonly Dictionary<string, int> _left = [];

    /// <summary>Allows up to <paramref name="count"/> failures of a call, named as in the kernel: <c>request_percpu_nmi</c>, <c>kmalloc</c>.</summary>
    public void Declare(string call, int count) => _left[call] = count;

    /// <summary>How often the call may still fail.</summary>
    public int Left(string call) => _left.GetValueOrDefault(call);

    internal bool Happens(IExecution execution, string call)
    {
        int left = Left(call);
        if (left == 0 || execution.Choose($"{call} fails", 2) == 0)
        {
            return false;
        }

        _left[call] = left - 1;
        return true;
    }
}
