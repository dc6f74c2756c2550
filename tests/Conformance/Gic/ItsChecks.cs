using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Runtime;
using Xunit;
using static IrqSafety.Conformance.Tests.GicBench;

namespace IrqSafety.Conformance.Tests;

/// <summary>Messages through the ITS, on four CPUs.</summary>
public static class ItsChecks
{
    private const int Iidr = 0x0004;
    private const int Typer = 0x0008;
    private const int Baser = 0x0100;
    private const byte DefaultPriority = 0xa0;

    private static readonly IntId s_onCpu3 = new(8195);
    private static readonly IntId s_onCpu2 = new(8196);
    private static readonly IntId s_late = new(8192);
    private static readonly CpuId s_cpu2 = new(2);
    private static readonly CpuId s_cpu3 = new(3);

    private static Its Its => Controller.Its;

    [Checks("G22")]
    public static void IIDR_is_read_only() => OnFour(static () => ReadOnly(Iidr));

    [Checks("G23")]
    public static void TYPER_is_read_only() => OnFour(static () => ReadOnly(Typer));

    [Checks("G24")]
    public static void Physical_LPIs_are_supported() => OnFour(static () => Assert.Equal(1u, Its.Registers.Read(Typer) & 1));

    [Checks("G25")]
    public static void IDs_have_a_width() => OnFour(static () =>
    {
        ulong typer = Its.Registers.Read(Typer);
        Assert.All([8, 13, 32], field => Assert.NotEqual(0u, (typer >> field) & (field == 32 ? 0xfu : 0x1f)));
    });

    [Checks("G26")]
    public static void There_are_a_device_table_and_a_collection_table() => OnFour(static () =>
    {
        var tables = new List<ItsTable>();
        for (int i = 0; i < 8; i++)
        {
            int register = Baser + (i * 8);
            ItsTable table = ItsFrame.TableOf(Its.Registers.Read(register));
            tables.Add(table);
            Its.Registers.Write(register, ulong.MaxValue);
            Assert.Equal(table, ItsFrame.TableOf(Its.Registers.Read(register)));
        }

        Assert.Contains(ItsTable.Devices, tables);
        Assert.Contains(ItsTable.Collections, tables);
    });

    [Checks("G27")]
    [Checks("G28")]
    public static void An_event_is_an_LPI_of_one_CPU() => OnFour(static () =>
    {
        Map();
        Its.Interrupt(2, 20);
        Assert.Equal([(s_cpu3, s_onCpu3)], Delivered());
        Its.Interrupt(7, 255);
        Assert.Equal([(s_cpu2, s_onCpu2)], Delivered());
    });

    [Checks("G29")]
    [Checks("G30")]
    [Checks("G31")]
    public static void A_disabled_LPI_comes_once_when_it_is_enabled_and_invalidated() => OnFour(static () =>
    {
        Map();
        Its.Interrupt(2, 20);
        Assert.Single(Delivered());

        Controller.LpiConfiguration[s_onCpu3] = DefaultPriority;
        Its.Invalidate(2, 20);
        Its.Interrupt(2, 20);
        Assert.Empty(Delivered());

        Controller.LpiConfiguration[s_onCpu3] = DefaultPriority | LpiConfigurationTable.EnabledBit;
        Its.Interrupt(2, 20);
        List<(CpuId, IntId)> delivered = Delivered();
        Its.InvalidateAll(3);
        Assert.Equal([(s_cpu3, s_onCpu3)], [.. delivered, .. Delivered()]);

        Its.Interrupt(2, 20);
        Assert.Equal([(s_cpu3, s_onCpu3)], Delivered());
    });

    [Checks("G32")]
    public static void An_unmapped_device_is_not_heard() => OnFour(static () =>
    {
        Map();
        Its.Interrupt(2, 20);
        Assert.Single(Delivered());
        Its.MapDevice(2, valid: false);
        Its.Interrupt(2, 20);
        Assert.Empty(Delivered());
        Its.Interrupt(7, 255);
        Assert.Single(Delivered());
    });

    [Checks("G33")]
    [Checks("G34")]
    public static void Mappings_survive_a_migration() => OnFour(static () =>
    {
        Map();
        Machine there = Migrated();
        there.Gic.Its.Interrupt(2, 20);
        Assert.Equal([(s_cpu3, s_onCpu3)], Delivered(there));
        there.Gic.Its.Interrupt(7, 255);
        Assert.Equal([(s_cpu2, s_onCpu2)], Delivered(there));
    });

    [Checks("G35")]
    public static void Pending_tables_are_read_when_LPIs_are_enabled_and_survive_a_migration() => OnFour(static () =>
    {
        Redistributor[] two = [Controller.Redistributors[2], Controller.Redistributors[3]];
        Array.ForEach(two, static redistributor => redistributor.EnableLpis(false));
        Its.MapDevice(2, valid: true);
        Its.MapCollection(2, s_cpu2);
        Its.MapCollection(3, s_cpu3);
        for (int i = 0; i < 256; i++)
        {
            IntId lpi = s_late + i;
            Enable(lpi);
            Its.MapInterrupt(2, (uint)i, lpi, (uint)(2 + (i & 1)));
            two[i & 1].WritePendingTable(lpi, pending: true);
        }

        Its.InvalidateAll(2);
        Its.InvalidateAll(3);
        Array.ForEach(two, static redistributor => redistributor.EnableLpis(true, pendingTableIsZero: false));
        List<(CpuId Cpu, IntId Lpi)> delivered = Delivered(Migrated());
        Assert.Equal(256, delivered.Select(each => each.Lpi).Distinct().Count());
        Assert.Equal(
            [(s_cpu2, 128), (s_cpu3, 128)],
            delivered.GroupBy(each => each.Cpu).Select(each => (each.Key, each.Count())).OrderBy(each => each.Key.Value));
    });

    [Checks("G36")]
    [Checks("G37")]
    [Checks("G38")]
    public static void An_event_may_be_mapped_before_its_collection_also_across_a_migration() => OnFour(static () =>
    {
        Map();
        Enable(s_late);
        Its.MapInterrupt(2, 0, s_late, 0);
        Its.Interrupt(2, 0);
        Assert.Empty(Delivered());

        Machine there = Migrated();
        there.Gic.Its.MapCollection(0, Cpu0);
        there.Gic.Its.InvalidateAll(0);
        there.Gic.Its.Interrupt(7, 255);
        Assert.Equal([(s_cpu2, s_onCpu2)], Delivered(there));
        Assert.Equal(DefaultPriority | LpiConfigurationTable.EnabledBit, there.Gic.LpiConfiguration[s_late]);
        there.Gic.Its.Interrupt(2, 0);
        Assert.Equal([(Cpu0, s_late)], Delivered(there));
    });

    private static void OnFour(Action body) => By(
        Mode0,
        () =>
        {
            foreach (Redistributor redistributor in Controller.Redistributors)
            {
                redistributor.EnableLpis(true);
            }

            body();
        },
        cpus: 4);

    private static void Map()
    {
        Its.MapDevice(2, valid: true);
        Its.MapDevice(7, valid: true);
        Its.MapCollection(3, s_cpu3);
        Its.MapCollection(2, s_cpu2);
        Its.InvalidateAll(3);
        Its.InvalidateAll(2);
        Enable(s_onCpu3);
        Enable(s_onCpu2);
        Its.MapInterrupt(2, 20, s_onCpu3, 3);
        Its.MapInterrupt(7, 255, s_onCpu2, 2);
    }

    private static void Enable(IntId lpi) => Controller.LpiConfiguration[lpi] = DefaultPriority | LpiConfigurationTable.EnabledBit;

    private static Machine Migrated()
    {
        GicRecord saved = GicRecord.Save(Machine.Current);
        var there = new Machine(Mode0, 4, new PlainExecution());
        saved.Restore(there);
        return there;
    }

    private static List<(CpuId Cpu, IntId Lpi)> Delivered() => Delivered(Machine.Current);

    // Each CPU acknowledges and ends until nothing is left.
    private static List<(CpuId Cpu, IntId Lpi)> Delivered(Machine machine)
    {
        var delivered = new List<(CpuId, IntId)>();
        foreach (Cpu cpu in machine.Cpus)
        {
            while (cpu.Interface.Acknowledge() is { IsSpecial: false } irq)
            {
                cpu.Interface.EndOfInterrupt(irq);
                delivered.Add((cpu.Id, irq));
            }

            Assert.Equal(Priority.Idle, cpu.Interface.RunningPriority);
        }

        return delivered;
    }

    private static void ReadOnly(int offset)
    {
        ulong before = Its.Registers.Read(offset);
        foreach (uint written in new[] { 0xffffffff, 0xa5a55a5a, 0u })
        {
            Its.Registers.Write(offset, written);
            Assert.Equal(before, Its.Registers.Read(offset));
        }
    }
}
