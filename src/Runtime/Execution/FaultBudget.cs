using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>The faults a scenario declared: whether and when each happens is a choice of the execution. Nothing fails that was not declared.</summary>
public sealed class FaultBudget
{
    /// <summary>A level interrupt that was signalled is no longer there when IAR is read.</summary>
    public const string Withdrawn = "an interrupt is withdrawn";

    /// <summary>IAR returns 1023 although an interrupt is signalled, which stays pending.</summary>
    public const string Spurious = "an acknowledge is spurious";

    private readonly Dictionary<string, int> _left = [];

    internal void MakeNew() => _left.Clear();

    /// <summary>Allows up to <paramref name="count"/> failures of a call, named as in the kernel: <c>request_percpu_nmi</c>, <c>kmalloc</c>.</summary>
    public void Declare(string call, int count) => _left[call] = count;

    /// <summary>How often the call may still fail.</summary>
    public int Left(string call) => _left.GetValueOrDefault(call);

    /// <summary>What happens when this fault does, in words.</summary>
    public static string Describe(string call) => call is Withdrawn or Spurious ? call : $"{call} fails";

    internal bool Happens(IExecution execution, string call)
    {
        int left = _left.Count == 0 ? 0 : Left(call);
        if (left == 0 || execution.Choose(Describe(call), 2) == 0)
        {
            return false;
        }

        _left[call] = left - 1;
        return true;
    }
}
