using System;
using IrqSafety.Runtime;
using Xunit;
using static IrqSafety.Conformance.Tests.GicBench;

namespace IrqSafety.Conformance.Tests;

/// <summary>The distributor of a GICv2, through its memory-mapped registers, with 8, 1 and 3 CPUs and two numbers of SPIs.</summary>
public static class GicV2Checks
{
    private const int Typer = 0x004;
    private const int Iidr = 0x008;
    private const int Icpidr2 = 0xfe8;
    private const int Ipriorityr = 0x400;
    private const int Itargetsr = 0x800;
    private const int FirstSpi = 32;

    private static DistributorFrame Registers => Controller.Distributor.Registers;

    private static int LineLimit => Controller.Distributor.Limit;

    [Checks("G05")]
    public static void TYPER_counts_the_CPUs() => InEach(cpus => Assert.Equal((uint)(cpus - 1), (Read(Typer) >> 5) & 7));

    [Checks("G06")]
    public static void TYPER_is_read_only() => InEach(_ => ReadOnly(Typer));

    [Checks("G07")]
    public static void IIDR_is_read_only() => InEach(_ => ReadOnly(Iidr));

    [Checks("G08")]
    public static void ICPIDR2_is_read_only() => InEach(_ =>
    {
        Assert.Equal(0x20u, Read(Icpidr2) & 0xf0);
        ReadOnly(Icpidr2);
    });

    [Checks("G09")]
    [Checks("G10")]
    public static void Every_priority_has_the_same_bits_and_at_least_four() => InEach(_ =>
    {
        uint mask = PriorityMask();
        uint one = mask & 0xff;
        Assert.Equal(one * 0x01010101, mask);
        Assert.InRange(8 - int.TrailingZeroCount((int)one), 4, 8);
    });

    [Checks("G11")]
    public static void A_priority_of_zero_reads_as_zero() => InEach(_ =>
    {
        Write(Ipriorityr + FirstSpi, uint.MaxValue);
        Write(Ipriorityr + FirstSpi, 0);
        Assert.Equal(0u, Read(Ipriorityr + FirstSpi));
    });

    [Checks("G12")]
    public static void There_are_no_priorities_behind_the_last_interrupt() => InEach(_ => ReservedWord(Ipriorityr + LineLimit));

    [Checks("G13")]
    public static void The_last_SPIs_have_priorities() => InEach(_ =>
    {
        Write(Ipriorityr + LineLimit - 4, uint.MaxValue);
        Assert.Equal(PriorityMask(), Read(Ipriorityr + LineLimit - 4));
        Write(Ipriorityr + LineLimit - 4, 0);
        Assert.Equal(0u, Read(Ipriorityr + LineLimit - 4));
    });

    [Checks("G14")]
    [Checks("G15")]
    [Checks("G16")]
    public static void Priorities_are_read_and_written_by_word_and_by_byte() => InEach(_ =>
    {
        uint mask = PriorityMask();
        Write(Ipriorityr + FirstSpi, 0xff7fbf3f);
        Assert.Equal(0xff7fbf3f & mask, Read(Ipriorityr + FirstSpi));
        Assert.Equal(0xbf & mask, ReadByte(Ipriorityr + FirstSpi + 1));
        WriteByte(Ipriorityr + FirstSpi + 2, 0x1f);
        Assert.Equal(0xff1fbf3f & mask, Read(Ipriorityr + FirstSpi));
    });

    [Checks("G17")]
    public static void Absent_CPUs_are_no_targets() => InEach(cpus =>
    {
        if (cpus < 8)
        {
            Write(Itargetsr + FirstSpi, uint.MaxValue);
            Assert.Equal(0u, Read(Itargetsr + FirstSpi) & ~Replicated(cpus));
        }
    });

    [Checks("G18")]
    public static void There_are_no_targets_behind_the_last_interrupt() => InEach(_ => ReservedWord(Itargetsr + LineLimit));

    [Checks("G19")]
    [Checks("G20")]
    [Checks("G21")]
    public static void Targets_are_read_and_written_by_word_and_by_byte() => InEach(cpus =>
    {
        // A uniprocessor has no targets to choose.
        uint all = cpus == 1 ? 0 : Replicated(cpus);
        Write(Itargetsr + FirstSpi, 0x0103020f);
        Assert.Equal(0x0103020f & all, Read(Itargetsr + FirstSpi));
        Assert.Equal(0x02 & all, ReadByte(Itargetsr + FirstSpi + 1));
        WriteByte(Itargetsr + FirstSpi + 2, 0x1f);
        Assert.Equal(0x011f020f & all, Read(Itargetsr + FirstSpi));
    });

    private static void InEach(Action<int> body)
    {
        foreach (int spis in new[] { 64, 988 })
        {
            foreach (int cpus in new[] { 8, 1, 3 })
            {
                By(MachineProfile.GicV2 with { SpiCount = spis }, () => body(cpus), cpus);
            }
        }
    }

    private static uint PriorityMask()
    {
        Write(Ipriorityr + FirstSpi, uint.MaxValue);
        return Read(Ipriorityr + FirstSpi);
    }

    private static uint Replicated(int cpus) => ((1u << cpus) - 1) * 0x01010101;

    private static void ReservedWord(int offset)
    {
        Assert.Equal(0u, Read(offset));
        ReadOnly(offset);
    }

    private static void ReadOnly(int offset)
    {
        uint before = Read(offset);
        foreach (uint written in new[] { 0xffffffff, 0xa5a55a5a, 0u })
        {
            Write(offset, written);
            Assert.Equal(before, Read(offset));
        }
    }

    private static uint Read(int offset) => (uint)Registers.Read(offset, 4, Cpu0);

    private static uint ReadByte(int offset) => (uint)Registers.Read(offset, 1, Cpu0);

    private static void Write(int offset, uint value) => Registers.Write(offset, 4, value, Cpu0);

    private static void WriteByte(int offset, byte value) => Registers.Write(offset, 1, value, Cpu0);
}
