namespace IrqSafety.Runtime;

/// <summary>
/// The registers of the ITS as a memory-mapped frame (GITS_*). Commands are given to <see cref="Its"/> itself: the command queue in memory is not modelled.
/// Source: Arm IHI 0069, 12.19.
/// </summary>
public sealed class ItsFrame
{
    private const int Control = 0x0000;
    private const int Implementer = 0x0004;
    private const int Typer = 0x0008;
    private const int FirstBaser = 0x0100;
    private const int BaserCount = 8;

    // Type in bits 58 to 56, entry size less one in bits 52 to 48: fixed by hardware.
    private const ulong BaserFixed = (7UL << 56) | (31UL << 48);

    private readonly ulong[] _basers = new ulong[BaserCount];

    internal ItsFrame()
    {
        const ulong EightBytes = 7UL << 48;
        _basers[0] = ((ulong)ItsTable.Devices << 56) | EightBytes;
        _basers[1] = ((ulong)ItsTable.Collections << 56) | EightBytes;
    }

    /// <summary>GITS_CTLR.Enabled.</summary>
    public bool Enabled { get; private set; } = true;

    /// <summary>Reads a register: 4 bytes of GITS_CTLR and GITS_IIDR, 8 of the others.</summary>
    public ulong Read(int offset) => offset switch
    {
        Control => Enabled ? 1UL : 1UL << 31,
        Implementer => 0x43b,

        // Physical LPIs; entries of 8 bytes; 16 bits of event ID, of device ID and of collection ID, those each less one.
        Typer => 1UL | (7UL << 4) | (15UL << 8) | (15UL << 13) | (15UL << 32) | (1UL << 36),
        >= FirstBaser and < FirstBaser + (BaserCount * 8) => _basers[(offset - FirstBaser) / 8],
        _ => 0,
    };

    /// <summary>Writes a register. Those that describe the implementation ignore it.</summary>
    public void Write(int offset, ulong value)
    {
        switch (offset)
        {
            case Control:
                Enabled = (value & 1) != 0;
                break;
            case >= FirstBaser and < FirstBaser + (BaserCount * 8):
                ref ulong baser = ref _basers[(offset - FirstBaser) / 8];
                baser = TableOf(baser) == ItsTable.None ? 0 : (baser & BaserFixed) | (value & ~BaserFixed);
                break;
            default:
                break;
        }
    }

    /// <summary>What a table that GITS_BASERn describes holds.</summary>
    public static ItsTable TableOf(ulong baser) => (ItsTable)((baser >> 56) & 7);
}

/// <summary>GITS_BASERn.Type.</summary>
public enum ItsTable
{
    /// <summary>The register is not implemented.</summary>
    None = 0,

    /// <summary>Devices.</summary>
    Devices = 1,

    /// <summary>Virtual PEs (GICv4).</summary>
    VirtualPes = 2,

    /// <summary>Collections.</summary>
    Collections = 4,
}
