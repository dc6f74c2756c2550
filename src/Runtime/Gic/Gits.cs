using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// The command queue of the ITS: how a kernel gives a device's events LPIs. Each call queues a command and waits until the ITS has read it. Source: Arm IHI 0069,
/// 5.3; Linux <c>drivers/irqchip/irq-gic-v3-its.c</c>.
/// </summary>
/// <remarks>
/// The queue has one writer at a time: callers hold a raw lock of their own with interrupts masked, as <c>its_node.lock</c>. Each command is followed by a SYNC for
/// the CPU it concerns, so that its effect is complete when the call returns.
/// </remarks>
public static class Gits
{
    private const string WaitsForQueue = "waits for room in the command queue, whose lock the interrupted code may hold";

    private static readonly Operation s_mapDevice = Operation.Of(typeof(Gits), nameof(MapDevice));
    private static readonly Operation s_unmapDevice = Operation.Of(typeof(Gits), nameof(UnmapDevice));
    private static readonly Operation s_mapCollection = Operation.Of(typeof(Gits), nameof(MapCollection));
    private static readonly Operation s_mapInterrupt = Operation.Of(typeof(Gits), nameof(MapInterrupt));
    private static readonly Operation s_move = Operation.Of(typeof(Gits), nameof(Move));
    private static readonly Operation s_moveAll = Operation.Of(typeof(Gits), nameof(MoveAll));
    private static readonly Operation s_discard = Operation.Of(typeof(Gits), nameof(Discard));
    private static readonly Operation s_invalidate = Operation.Of(typeof(Gits), nameof(Invalidate));
    private static readonly Operation s_invalidateAll = Operation.Of(typeof(Gits), nameof(InvalidateAll));
    private static readonly Operation s_interrupt = Operation.Of(typeof(Gits), nameof(Interrupt));
    private static readonly Operation s_clear = Operation.Of(typeof(Gits), nameof(Clear));
    private static readonly Operation s_configure = Operation.Of(typeof(Gits), nameof(Configure));

    /// <summary>MAPD with the valid bit: gives a device a table for its events.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = WaitsForQueue)]
    public static void MapDevice(uint device) => Begin(s_mapDevice).MapDevice(device, valid: true);

    /// <summary>MAPD without it: the device has no events any more, and what it signals is dropped.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = WaitsForQueue)]
    public static void UnmapDevice(uint device) => Begin(s_unmapDevice).MapDevice(device, valid: false);

    /// <summary>MAPC: the LPIs of a collection go to this CPU, whose redistributor must have LPIs enabled.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = WaitsForQueue)]
    public static void MapCollection(uint collection, CpuId cpu)
    {
        Its its = Begin(s_mapCollection);
        Machine machine = Machine.Current;
        if (!machine.Gic.Redistributors[cpu.Value].LpisEnabled)
        {
            machine.Execution.Fail($"MAPC names {cpu}, whose GICR_CTLR.EnableLPIs is clear: what it is sent is lost. Enable LPIs there first");
        }

        its.MapCollection(collection, cpu);
    }

    /// <summary>MAPTI: an event of a device is this LPI, in a collection.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = WaitsForQueue)]
    [ArgumentRange(nameof(lpi), 8192, 65535, Because = "an LPI is INTID 8192 or above")]
    public static void MapInterrupt(uint device, uint eventId, IntId lpi, uint collection) => Begin(s_mapInterrupt).MapInterrupt(device, eventId, lpi, collection);

    /// <summary>MOVI: the event's LPI goes to another collection, so to another CPU, with what is pending.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = WaitsForQueue)]
    public static void Move(uint device, uint eventId, uint collection) => Begin(s_move).MoveInterrupt(device, eventId, collection);

    /// <summary>MOVALL: everything that is pending on one CPU is pending on another instead.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = WaitsForQueue)]
    public static void MoveAll(CpuId from, CpuId to) => Begin(s_moveAll).MoveAll(from, to);

    /// <summary>DISCARD: removes the translation of an event, and what is pending from it.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = WaitsForQueue)]
    public static void Discard(uint device, uint eventId) => Begin(s_discard).Discard(device, eventId);

    /// <summary>INV: the redistributor reads the configuration of the event's LPI again. After each change of the table.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = WaitsForQueue)]
    public static void Invalidate(uint device, uint eventId) => Begin(s_invalidate).Invalidate(device, eventId);

    /// <summary>INVALL: the configuration of every LPI of a collection is read again.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = WaitsForQueue)]
    public static void InvalidateAll(uint collection) => Begin(s_invalidateAll).InvalidateAll(collection);

    /// <summary>INT: makes the event's LPI pending, as the device would (<c>irq_retrigger</c>).</summary>
    [ForbiddenIn(Context.AnyNmi, Because = WaitsForQueue)]
    public static void Interrupt(uint device, uint eventId) => Begin(s_interrupt).Interrupt(device, eventId);

    /// <summary>CLEAR: the event's LPI is not pending any more.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = WaitsForQueue)]
    public static void Clear(uint device, uint eventId) => Begin(s_clear).ClearPending(device, eventId);

    /// <summary>
    /// Writes an LPI's byte in the configuration table in memory. A redistributor may go on with what it cached until <see cref="Invalidate"/>.
    /// </summary>
    [NmiSafe]
    [ArgumentRange(nameof(lpi), 8192, 65535, Because = "an LPI is INTID 8192 or above")]
    public static void Configure(IntId lpi, Priority priority, bool enabled)
    {
        _ = Begin(s_configure);
        Machine.Current.Gic.LpiConfiguration[lpi] = (byte)((priority.Value & 0xfc) | (enabled ? LpiConfigurationTable.EnabledBit : 0));
    }

    private static Its Begin(Operation operation)
    {
        Its its = Machine.Current.Gic.Its;
        _ = operation.Begin(its);
        return its;
    }
}
