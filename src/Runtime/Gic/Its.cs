using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>
/// The interrupt translation service: a device's event becomes an LPI of a CPU. Source: Arm IHI 0069, chapter 5 and GITS_*.
/// </summary>
/// <remarks>
/// Commands are processed in order, when they are queued. Translations are cached until a command that changes them. What cannot be translated is dropped, as in
/// hardware that reports no errors.
/// </remarks>
public sealed class Its
{
    private readonly Gic _gic;
    private readonly Dictionary<uint, Dictionary<uint, Translation>> _devices = [];
    private readonly Dictionary<uint, CpuId> _collections = [];
    private readonly Dictionary<(uint Device, uint Event), (IntId Lpi, CpuId Cpu)> _cache = [];

    private readonly record struct Translation(IntId Lpi, uint Collection);

    internal Its(Gic gic)
    {
        _gic = gic;
        Registers = new ItsFrame();
    }

    /// <summary>The registers as a memory-mapped frame.</summary>
    public ItsFrame Registers { get; }

    /// <summary>MAPD: gives a device a table for its events, or takes it away with all its translations.</summary>
    public void MapDevice(uint device, bool valid)
    {
        _ = _devices.Remove(device);
        if (valid)
        {
            _devices.Add(device, []);
        }

        _cache.Clear();
    }

    /// <summary>MAPC: the LPIs of a collection go to a CPU, or nowhere.</summary>
    public void MapCollection(uint collection, CpuId? cpu)
    {
        _ = _collections.Remove(collection);
        if (cpu is { } target)
        {
            _collections.Add(collection, target);
        }

        _cache.Clear();
    }

    /// <summary>MAPTI: an event of a device is an LPI of a collection, which may be mapped later.</summary>
    public void MapInterrupt(uint device, uint @event, IntId lpi, uint collection)
    {
        if (lpi.IsLpi && _devices.TryGetValue(device, out Dictionary<uint, Translation>? events))
        {
            events[@event] = new Translation(lpi, collection);
            _cache.Clear();
        }
    }

    /// <summary>MOVI: the event goes to another collection, with what is pending.</summary>
    public void MoveInterrupt(uint device, uint @event, uint collection)
    {
        if (Find(device, @event) is not { } translation)
        {
            return;
        }

        Redistributor? from = RedistributorOf(translation.Collection);
        _devices[device][@event] = translation with { Collection = collection };
        _cache.Clear();
        if (from is not null && RedistributorOf(collection) is { } to && from != to && from.IsLpiPending(translation.Lpi))
        {
            from.SetLpiPending(translation.Lpi, pending: false);
            to.SetLpiPending(translation.Lpi, pending: true);
            _gic.Asserted(translation.Lpi, to.Cpu);
        }
    }

    /// <summary>MOVALL: every LPI that is pending on one CPU is pending on another instead.</summary>
    public void MoveAll(CpuId from, CpuId to)
    {
        foreach (IntId lpi in new List<IntId>(_gic.Redistributors[from.Value].PendingLpis()))
        {
            _gic.Redistributors[from.Value].SetLpiPending(lpi, pending: false);
            _gic.Redistributors[to.Value].SetLpiPending(lpi, pending: true);
        }
    }

    /// <summary>DISCARD: removes the translation, and what is pending from it.</summary>
    public void Discard(uint device, uint @event)
    {
        ClearPending(device, @event);
        if (Find(device, @event) is not null)
        {
            _ = _devices[device].Remove(@event);
            _cache.Clear();
        }
    }

    /// <summary>INV: the configuration of the event's LPI is read again.</summary>
    public void Invalidate(uint device, uint @event)
    {
        if (Translate(device, @event) is { } translated)
        {
            _gic.Redistributors[translated.Cpu.Value].InvalidateLpi(translated.Lpi);
        }
    }

    /// <summary>INVALL: the configuration of every LPI of a collection is read again; what was pending and is enabled now is signalled.</summary>
    public void InvalidateAll(uint collection) => RedistributorOf(collection)?.InvalidateAllLpis();

    /// <summary>INT, or a write of GITS_TRANSLATER: the device signals the event.</summary>
    public void Interrupt(uint device, uint @event)
    {
        if (Translate(device, @event) is { } translated)
        {
            _gic.Redistributors[translated.Cpu.Value].SetLpiPending(translated.Lpi, pending: true);
            _gic.Asserted(translated.Lpi, translated.Cpu);
        }
    }

    /// <summary>CLEAR: the event is not pending any more.</summary>
    public void ClearPending(uint device, uint @event)
    {
        if (Translate(device, @event) is { } translated)
        {
            _gic.Redistributors[translated.Cpu.Value].SetLpiPending(translated.Lpi, pending: false);
        }
    }

    /// <summary>The LPI and CPU of an event, or null.</summary>
    public (IntId Lpi, CpuId Cpu)? Translate(uint device, uint @event)
    {
        if (_cache.TryGetValue((device, @event), out (IntId Lpi, CpuId Cpu) cached))
        {
            return cached;
        }

        if (Find(device, @event) is not { } translation || !_collections.TryGetValue(translation.Collection, out CpuId cpu))
        {
            return null;
        }

        _cache.Add((device, @event), (translation.Lpi, cpu));
        return (translation.Lpi, cpu);
    }

    internal ItsRecord Save()
    {
        var translations = new List<(uint, uint, IntId, uint)>();
        foreach ((uint device, Dictionary<uint, Translation> events) in _devices)
        {
            foreach ((uint @event, Translation translation) in events)
            {
                translations.Add((device, @event, translation.Lpi, translation.Collection));
            }
        }

        return new ItsRecord([.. _devices.Keys], new Dictionary<uint, CpuId>(_collections), translations);
    }

    internal void Restore(ItsRecord saved)
    {
        foreach (uint device in saved.Devices)
        {
            MapDevice(device, valid: true);
        }

        foreach ((uint collection, CpuId cpu) in saved.Collections)
        {
            MapCollection(collection, cpu);
        }

        foreach ((uint device, uint @event, IntId lpi, uint collection) in saved.Translations)
        {
            MapInterrupt(device, @event, lpi, collection);
        }
    }

    private Translation? Find(uint device, uint @event) =>
        _devices.TryGetValue(device, out Dictionary<uint, Translation>? events) && events.TryGetValue(@event, out Translation translation) ? translation : null;

    private Redistributor? RedistributorOf(uint collection) => _collections.TryGetValue(collection, out CpuId cpu) ? _gic.Redistributors[cpu.Value] : null;
}

/// <summary>The tables of an ITS, as it writes them to memory.</summary>
internal sealed record ItsRecord(
    IReadOnlyList<uint> Devices,
    IReadOnlyDictionary<uint, CpuId> Collections,
    IReadOnlyList<(uint Device, uint Event, IntId Lpi, uint Collection)> Translations);
