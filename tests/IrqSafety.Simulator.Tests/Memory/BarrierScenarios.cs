using IrqSafety.Runtime;

namespace IrqSafety.Simulator.Tests;

/// <summary>Dekker's entry: each raises its flag and looks at the other's. Without a barrier between, both may enter on an Arm CPU.</summary>
[Scenario("Two CPUs raise a flag, look at the other's, and enter")]
public sealed class BothEnterWithoutBarrier : IScenario
{
    private readonly Shared<bool> _left = new(false);
    private readonly Shared<bool> _right = new(false);
    private int _entered;

    public void Build(MachineBuilder b) => b
        .Cpus(2)
        .Task(0, "left", () => Enter(_left, _right))
        .Task(1, "right", () => Enter(_right, _left))
        .AtEnd("at most one entered", () => _entered <= 1);

    private void Enter(Shared<bool> mine, Shared<bool> other)
    {
        mine.WriteOnce(true);
        _entered += other.ReadOnce() ? 0 : 1;
    }
}
