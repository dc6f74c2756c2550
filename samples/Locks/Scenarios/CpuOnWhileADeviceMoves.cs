using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>A guest turns a vCPU on while its owner moves a device.</summary>
[Scenario("A guest turns a vCPU on while its owner moves a device.")]
public sealed class CpuOnWhileADeviceMoves : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var kvm = new KvmCpuOn();

        machine.Cpus(2);
        machine.Task(0, "vcpu-0", kvm.RunFirst);
        machine.Task(1, "vmm", kvm.SetDeviceAddress);
    }
}
