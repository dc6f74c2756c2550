using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.RaceBench;

/// <summary>The members of a union overlap, those of a struct do not.</summary>
public sealed class Race010 : RaceProgram
{
    // A union is one location, whichever member is named.
    private readonly Shared<uint> _union = new(0);
    private readonly Shared<byte> _header = new(0);
    private readonly Shared<uint> _data = new(0);

    public override int Interrupts => 1;

    [RunsIn(Context.Task)]
    public override void Task()
    {
        _ = At(40);
        _union.Write(1);
        _ = At(41);
        _union.Write(2);
        _ = At(43);
        _header.Write(3);
        _ = At(44);
        _data.Write(4);
    }

    [RunsIn(Context.HardIrq)]
    public override void Isr1()
    {
        _ = At(51);
        _ = _union.Read();
        _ = At(53);
        _ = _header.Read();
    }
}
