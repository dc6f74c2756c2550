using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>The way out of an exception, which in C could give either word to either restore.</summary>
public sealed class AbortPath
{
    /// <summary>Leaves.</summary>
    [RunsIn(Context.Task)]
    public void Leave()
    {
        DaifFlags saved = LocalDaif.Save();
        LocalIrq.Restore(saved.ReinterpretAsIrqFlags());
    }
}
