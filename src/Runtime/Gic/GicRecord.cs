using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Runtime;

/// <summary>
/// The state of a GIC as it is saved: by a hypervisor for another machine of the same kind, and by kernel or firmware before a power-down that loses it.
/// </summary>
public sealed class GicRecord
{
    private readonly InterruptRecord[] _shared;
    private readonly CpuRecord[] _cpus;
    private readonly ItsRecord _its;
    private readonly (bool Group0, bool Group1, bool SecureGroup1) _enabled;
    private readonly LpiConfigurationTable _lpiConfiguration;

    private sealed record CpuRecord(InterruptRecord[] Private, bool Awake, bool LpisEnabled, IntId[] PendingLpis, CpuInterfaceRecord Interface);

    private GicRecord(Machine machine)
    {
        Gic gic = machine.Gic;
        Distributor distributor = gic.Distributor;
        _shared = [.. distributor.Used().Select(static state => state.Save())];
        _enabled = (distributor.Group0Enabled, distributor.Group1Enabled, distributor.SecureGroup1Enabled);
        _cpus =
        [
            .. machine.Cpus.Select(static cpu => new CpuRecord(
                [.. cpu.Redistributor.Used().Select(static state => state.Save())],
                cpu.Redistributor.Awake,
                cpu.Redistributor.LpisEnabled,
                [.. cpu.Redistributor.PendingLpis()],
                cpu.Interface.Save())),
        ];
        _its = gic.Its.Save();
        _lpiConfiguration = gic.LpiConfiguration;
    }

    /// <summary>Saves the GIC of a machine: what is pending, active and running, and every setting.</summary>
    public static GicRecord Save(Machine machine)
    {
        System.ArgumentNullException.ThrowIfNull(machine);
        return new GicRecord(machine);
    }

    /// <summary>Brings the GIC of another machine, with as many CPUs, into this state.</summary>
    public void Restore(Machine machine)
    {
        System.ArgumentNullException.ThrowIfNull(machine);
        Gic gic = machine.Gic;
        Distributor distributor = gic.Distributor;
        (distributor.Group0Enabled, distributor.Group1Enabled, distributor.SecureGroup1Enabled) = _enabled;
        distributor.Restore(_shared);
        gic.LpiConfiguration.CopyFrom(_lpiConfiguration);
        gic.Its.Restore(_its);
        for (int i = 0; i < _cpus.Length; i++)
        {
            CpuRecord saved = _cpus[i];
            Redistributor redistributor = gic.Redistributors[i];
            redistributor.Restore(saved.Private);
            if (saved.Awake)
            {
                redistributor.Wake();
            }
            else
            {
                redistributor.Sleep();
            }

            foreach (IntId lpi in saved.PendingLpis)
            {
                redistributor.WritePendingTable(lpi, pending: true);
            }

            redistributor.EnableLpis(saved.LpisEnabled);
            machine.Cpus[i].Interface.Restore(saved.Interface);
        }
    }
}

/// <summary>The registers of a CPU interface, without PMR, which belongs to the task on the CPU.</summary>
internal sealed record CpuInterfaceRecord(
    bool Group0,
    bool Group1,
    bool SecureGroup1,
    EoiMode EoiMode,
    bool PmrHint,
    int BinaryPoint0,
    int BinaryPoint1,
    bool CommonBinaryPoint,
    IReadOnlyList<ActivePriorities.Entry> Active);
