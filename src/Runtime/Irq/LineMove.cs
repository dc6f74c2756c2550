using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>A step that an operation is about to make with a line: of the line's own protocol, and of the one between its request and its flow handler.</summary>
internal readonly struct LineMove
{
    private readonly ProtocolMove _line;
    private readonly ProtocolMove _flow;

    private LineMove(ProtocolMove line, ProtocolMove flow) => (_line, _flow) = (line, flow);

    /// <summary>True when the operation is out of order and changes nothing. That the flow handler does not fit makes nobody refuse.</summary>
    public bool Refused => _line.Refused;

    /// <summary>The move that an operation makes. Breaks of either protocol are reported here.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="cpu">The CPU that executes it.</param>
    /// <param name="descriptor">The line's descriptor.</param>
    public static LineMove Begin(Operation operation, Cpu cpu, IrqDescriptor descriptor)
    {
        ProtocolMove line = Begin(operation, ofFlow: false, cpu, descriptor);
        return line.Refused ? new LineMove(line, default) : new LineMove(line, Begin(operation, ofFlow: true, cpu, descriptor));
    }

    private static ProtocolMove Begin(Operation operation, bool ofFlow, Cpu cpu, IrqDescriptor descriptor)
    {
        foreach (ProtocolStep step in operation.ProtocolSteps)
        {
            if (step.IsOfFlow == ofFlow)
            {
                return cpu.Machine.Protocols.Begin(operation, step, descriptor.StatesIn(step.Event.Table), cpu, descriptor);
            }
        }

        return default;
    }

    /// <summary>Moves the states, after the operation succeeded or failed.</summary>
    public void Commit(bool succeeded)
    {
        _line.Commit(succeeded);
        _flow.Commit(succeeded);
    }
}
