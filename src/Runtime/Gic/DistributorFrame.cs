namespace IrqSafety.Runtime;

/// <summary>
/// The distributor's registers as a memory-mapped frame (GICD_*), read and written by offset. What is reserved, or not implemented, reads as zero and ignores
/// writes. Source: Arm IHI 0069, 12.9; IHI 0048, 4.3.
/// </summary>
public sealed class DistributorFrame
{
    private const int Control = 0x0000;
    private const int Typer = 0x0004;
    private const int Implementer = 0x0008;
    private const int SetSpi = 0x0040;
    private const int ClearSpi = 0x0048;
    private const int SoftwareInterrupt = 0x0f00;
    private const int ClearSgiPending = 0x0f10;
    private const int SetSgiPending = 0x0f20;
    private const int IdRegisterV2 = 0x0fe8;
    private const int IdRegisterV3 = 0xffe8;
    private const uint RegisterWritePendingBit = 1u << 31;

    private readonly Machine _machine;
    private readonly Distributor _distributor;

    internal DistributorFrame(Machine machine, Distributor distributor)
    {
        _machine = machine;
        _distributor = distributor;
    }

    private bool IsV2 => _machine.Profile.GicVersion < 3;

    /// <summary>Reads.</summary>
    /// <param name="offset">From the start of the frame, a multiple of <paramref name="bytes"/>.</param>
    /// <param name="bytes">4; 1 where the architecture allows it (priorities and targets); 8 for IROUTER.</param>
    /// <param name="by">The CPU that reads: GICv2 banks what belongs to a CPU.</param>
    public ulong Read(int offset, int bytes, CpuId by)
    {
        if (InterruptRegisters.Find(InterruptRegisters.Distributor, offset, out RegisterArray array) && !IsSgiRegister(offset))
        {
            (int first, int fields) = InterruptRegisters.Touched(array, offset, bytes);
            ulong value = 0;
            for (int i = 0; i < fields; i++)
            {
                if (Find(new IntId(first + i), by) is { } state)
                {
                    value |= InterruptRegisters.Read(array.Field, state, _machine, by) << (array.Bits == 64 ? 0 : i * array.Bits);
                }
            }

            return value;
        }

        return offset switch
        {
            Control => ReadControl(),
            Typer => ReadTyper(),
            Implementer => 0x43b,
            IdRegisterV2 when IsV2 => 0x20,
            IdRegisterV3 when !IsV2 => (uint)(_machine.Profile.GicVersion << 4),
            >= ClearSgiPending and < SetSgiPending + 16 when IsV2 => ReadSgiPending(offset, bytes, by),
            _ => 0,
        };
    }

    /// <summary>Writes; the parameters are those of <see cref="Read"/>.</summary>
    public void Write(int offset, int bytes, ulong value, CpuId by)
    {
        if (InterruptRegisters.Find(InterruptRegisters.Distributor, offset, out RegisterArray array) && !IsSgiRegister(offset))
        {
            (int first, int fields) = InterruptRegisters.Touched(array, offset, bytes);
            ulong mask = array.Bits == 64 ? ulong.MaxValue : (1UL << array.Bits) - 1;
            for (int i = 0; i < fields; i++)
            {
                if (Find(new IntId(first + i), by) is { } state)
                {
                    InterruptRegisters.Write(array.Field, state, (value >> (array.Bits == 64 ? 0 : i * array.Bits)) & mask, _machine, by);
                }
            }

            _distributor.RegisterWritePending |= array.Field == InterruptField.ClearEnable && value != 0;
            return;
        }

        switch (offset)
        {
            case Control:
                WriteControl((uint)value);
                break;
            case SetSpi or ClearSpi when !IsV2 && _distributor.Find(new IntId((int)(value & 0x3ff))) is { } spi:
                _machine.Gic.SetPending(spi.Irq, by, pending: offset == SetSpi);
                break;
            case SoftwareInterrupt when IsV2:
                SendSgi((uint)value, by);
                break;
            case >= ClearSgiPending and < SetSgiPending + 16 when IsV2:
                WriteSgiPending(offset, bytes, value, by);
                break;
            default:
                break;
        }
    }

    // GICv3.3 put INMIR where GICv2 has the SGI registers.
    private bool IsSgiRegister(int offset) => IsV2 && offset >= SoftwareInterrupt && offset < 0x1000;

    private InterruptState? Find(IntId irq, CpuId by) => irq.IsPrivate
        ? (IsV2 ? _machine.Gic.Redistributors[by.Value][irq] : null)
        : _distributor.Find(irq);

    private uint ReadControl()
    {
        uint write = _distributor.RegisterWritePending && !IsV2 ? RegisterWritePendingBit : 0;
        uint group0 = _distributor.Group0Enabled ? 1u : 0;
        uint group1 = _distributor.Group1Enabled ? 2u : 0;
        if (IsV2)
        {
            return group0 | group1;
        }

        // Non-secure software does not see Group 0 where there are two security states.
        return _machine.Profile.SecurityDisabled ? write | group0 | group1 | (1u << 4) | (1u << 6) : write | group1 | (1u << 4);
    }

    private void WriteControl(uint value)
    {
        if (IsV2 || _machine.Profile.SecurityDisabled)
        {
            _distributor.Group0Enabled = (value & 1) != 0;
        }

        if (!IsV2 && (value & (1u << 4)) == 0)
        {
            _machine.Execution.Fail("GICD_CTLR.ARE_NS written from 1 to 0, which is unpredictable: affinity routing cannot be turned off again");
        }

        _distributor.Group1Enabled = (value & 2) != 0;
        _distributor.RegisterWritePending |= !IsV2;
    }

    private uint ReadTyper()
    {
        uint lines = (uint)((_distributor.Limit - 1) / 32);
        uint cpus = (uint)(_machine.Cpus.Count - 1);
        if (IsV2)
        {
            return lines | (cpus << 5);
        }

        const uint MessageBased = 1u << 16;
        const uint Lpis = 1u << 17;
        const uint IdBits = 15u << 19;
        uint extended = _machine.Profile.ExtendedRanges ? (1u << 8) | (31u << 27) : 0;
        uint nmi = _machine.Profile.ArchitecturalNmi ? 1u << 9 : 0;
        return lines | MessageBased | Lpis | IdBits | extended | nmi;
    }

    // TargetListFilter: the list, all but the sender, or the sender.
    private void SendSgi(uint value, CpuId by)
    {
        CpuMask all = CpuMask.All(_machine.Cpus.Count);
        CpuMask targets = ((value >> 24) & 3) switch
        {
            0 => CpuMask.FromBits((value >> 16) & 0xff) & all,
            1 => all.Without(by),
            2 => CpuMask.Of(by),
            _ => CpuMask.None,
        };
        _machine.Gic.SendSgi(IntId.Sgi((int)(value & 0xf)), targets, by);
    }

    private uint ReadSgiPending(int offset, int bytes, CpuId by)
    {
        uint value = 0;
        for (int i = 0; i < bytes; i++)
        {
            value |= (uint)_machine.Gic.Redistributors[by.Value][IntId.Sgi((offset + i) & 0xf)].Senders << (i * 8);
        }

        return value;
    }

    private void WriteSgiPending(int offset, int bytes, ulong value, CpuId by)
    {
        for (int i = 0; i < bytes; i++)
        {
            InterruptState sgi = _machine.Gic.Redistributors[by.Value][IntId.Sgi((offset + i) & 0xf)];
            byte senders = (byte)(value >> (i * 8));
            sgi.Senders = offset < SetSgiPending ? (byte)(sgi.Senders & ~senders) : (byte)(sgi.Senders | (senders & (byte)CpuMask.All(_machine.Cpus.Count).Bits));
        }
    }
}
