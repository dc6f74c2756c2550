using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A wait for a lock after the CPUs were stopped by NMI.</summary>
/// <param name="Call">The call that waits.</param>
/// <param name="Lock">The lock.</param>
/// <param name="Stop">The call that stopped them.</param>
/// <param name="Way">The bodies from the one that stopped them to the one that waits.</param>
internal sealed record WaitAfterStop(CallEvent Call, string Lock, CallEvent Stop, ImmutableArray<Body> Way);

/// <summary>Finds what is waited for after the other CPUs were stopped by NMI, in the body that stopped them and in what it calls afterwards.</summary>
internal static class AfterStop
{
    private const string Stopped = "nmi-sent";
    private const int DeepestCall = 8;

    /// <summary>One for each call that waits.</summary>
    public static IEnumerable<WaitAfterStop> Find(ScopeModel model)
    {
        var told = new HashSet<CallEvent>();
        foreach (Body body in model.Scope.Bodies)
        {
            BodyResult result = model.Scope.ResultOf(body);
            if (result.Calls.LastOrDefault(call => call.Steps.Any(step => step.Table.Name == CpuStopProtocol.Name && step.Event.Name == "send-nmi")) is not { } stop)
            {
                continue;
            }

            foreach (CallEvent call in result.Calls.Where(call => call.Before.Any(state => state.Protocols.TryGetValue(new ProtocolKey(CpuStopProtocol.Name, ""), out string? at) && at == Stopped)))
            {
                foreach (WaitAfterStop wait in Waits(model, call, stop, [body]).Where(wait => told.Add(wait.Call)))
                {
                    yield return wait;
                }
            }
        }
    }

    private static IEnumerable<WaitAfterStop> Waits(ScopeModel model, CallEvent call, CallEvent stop, ImmutableArray<Body> way)
    {
        if (call.Contract.Locks.FirstOrDefault(effect => effect.Action is LockAction.Acquire or LockAction.Take && When.Met(effect.When, call.ConstantOf) == true) is { } waits)
        {
            yield return new WaitAfterStop(call, call.Locks.TryGetValue(waits.Lock, out LockReference? reference) ? reference.Display : $"'{waits.Lock}'", stop, way);
        }
        else if (model.Scope.Called(call.Target) is { } callee && !way.Contains(callee) && way.Length < DeepestCall)
        {
            foreach (WaitAfterStop wait in model.Scope.ResultOf(callee).Calls.SelectMany(inner => Waits(model, inner, stop, way.Add(callee))))
            {
                yield return wait;
            }
        }
    }
}
