namespace IrqSafety.Runtime;

/// <summary>
/// A redistributor's registers as a memory-mapped frame: RD_base, and SGI_base 64 KB behind it. What is reserved reads as zero and ignores writes. Source: Arm
/// IHI 0069, 12.11.
/// </summary>
public sealed class RedistributorFrame
{
    private const int Control = 0x0000;
    private const int Implementer = 0x0004;
    private const int Typer = 0x0008;
    private const int Waker = 0x0014;
    private const int SetLpi = 0x0040;
    private const int ClearLpi = 0x0048;
    private const int InvalidateLpi = 0x00a0;
    private const int InvalidateAll = 0x00b0;
    private const int IdRegister = 0xffe8;
    private const int SgiBase = 0x10000;

    private readonly Gic _gic;
    private readonly Redistributor _redistributor;

    internal RedistributorFrame(Gic gic, Redistributor redistributor)
    {
        _gic = gic;
        _redistributor = redistributor;
    }

    private Machine Machine => _gic.Machine;

    /// <summary>Reads.</summary>
    /// <param name="offset">From RD_base, a multiple of <paramref name="bytes"/>.</param>
    /// <param name="bytes">4; 1 for priorities; 8 for TYPER.</param>
    public ulong Read(int offset, int bytes)
    {
        if (offset >= SgiBase)
        {
            return ReadInterrupts(offset - SgiBase, bytes);
        }

        return offset switch
        {
            Control => (_redistributor.LpisEnabled ? 1UL : 0) | (_redistributor.RegisterWritePending ? 8UL : 0),
            Implementer => 0x43b,
            Typer => ReadTyper(),
            Waker => (_redistributor.Awake ? 0UL : 2) | (_redistributor.ChildrenAsleep ? 4UL : 0),
            IdRegister => 0x30,
            _ => 0,
        };
    }

    /// <summary>Writes; the parameters are those of <see cref="Read"/>.</summary>
    public void Write(int offset, int bytes, ulong value)
    {
        if (offset >= SgiBase)
        {
            WriteInterrupts(offset - SgiBase, bytes, value);
            return;
        }

        var lpi = new IntId((int)(value & 0xffff));
        switch (offset)
        {
            case Control:
                _redistributor.EnableLpis((value & 1) != 0);
                break;
            case Waker:
                if ((value & 2) == 0)
                {
                    _redistributor.Wake();
                }
                else
                {
                    _redistributor.Sleep();
                }

                break;
            case SetLpi or ClearLpi when lpi.IsLpi:
                _redistributor.SetLpiPending(lpi, pending: offset == SetLpi);
                break;
            case InvalidateLpi when lpi.IsLpi:
                _redistributor.InvalidateLpi(lpi);
                break;
            case InvalidateAll:
                _redistributor.InvalidateAllLpis();
                break;
            default:
                break;
        }
    }

    private ulong ReadTyper()
    {
        const ulong PhysicalLpis = 1;
        ulong cpu = (ulong)_redistributor.Cpu.Value;
        ulong last = _redistributor.Cpu.Value == _gic.Redistributors.Count - 1 ? 1UL << 4 : 0;
        ulong extendedPpis = Machine.Profile.ExtendedRanges ? 2UL << 27 : 0;
        return PhysicalLpis | last | (cpu << 8) | extendedPpis | (cpu << 32);
    }

    private ulong ReadInterrupts(int offset, int bytes)
    {
        if (!InterruptRegisters.Find(InterruptRegisters.Redistributor, offset, out RegisterArray array))
        {
            return 0;
        }

        (int first, int fields) = InterruptRegisters.Touched(array, offset, bytes);
        ulong value = 0;
        for (int i = 0; i < fields; i++)
        {
            if (_redistributor.Find(new IntId(first + i)) is { } state)
            {
                value |= InterruptRegisters.Read(array.Field, state, Machine, _redistributor.Cpu) << (i * array.Bits);
            }
        }

        return value;
    }

    private void WriteInterrupts(int offset, int bytes, ulong value)
    {
        if (!InterruptRegisters.Find(InterruptRegisters.Redistributor, offset, out RegisterArray array))
        {
            return;
        }

        (int first, int fields) = InterruptRegisters.Touched(array, offset, bytes);
        for (int i = 0; i < fields; i++)
        {
            if (_redistributor.Find(new IntId(first + i)) is { } state)
            {
                InterruptRegisters.Write(array.Field, state, (value >> (i * array.Bits)) & ((1UL << array.Bits) - 1), Machine, _redistributor.Cpu);
            }
        }

        _redistributor.RegisterWritePending |= array.Field == InterruptField.ClearEnable && value != 0;
    }
}
