using System.Linq;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>
/// Which context may interrupt which on one CPU, and what must not be masked for it. A matrix, not an order: two pseudo-NMIs of one
/// priority do not interrupt each other, and an SError may interrupt a synchronous exception's handler and the reverse.
/// </summary>
/// <remarks>
/// Source: Linux <c>arch/arm64/kernel/entry-common.c</c> (handlers run with PSTATE.I and F set; an error handler also with A),
/// <c>arch/arm64/include/asm/daifflags.h</c>; SDEI nesting from TF-A <c>services/std_svc/sdei</c> (<c>MAX_EVENT_NESTING</c> = 2).
/// </remarks>
public static class PreemptionMatrix
{
    // Rows: the context that arrives. Columns: the context it interrupts, in the order of Contexts.All.
    // Y: may arrive unless a mask holds it off. -: never, on this CPU, by the way the handler is entered.
    //                                    Task SIrq HIrq FIQ  PNMI NMI  SErr Sync SdeN SdeC
    private static readonly string[] Rows =
    [
        /* Task          */                "-    -    -    -    -    -    -    -    -    -",
        /* SoftIrq       */                "Y    -    -    -    -    -    -    -    -    -",
        /* HardIrq       */                "Y    Y    -    -    -    -    -    -    -    -",
        /* Fiq           */                "Y    Y    -    -    -    -    -    -    -    -",
        /* PseudoNmi     */                "Y    Y    Y    Y    -    -    -    -    -    -",
        /* Nmi           */                "Y    Y    Y    Y    Y    -    -    -    -    -",
        /* SError        */                "Y    Y    Y    Y    Y    Y    -    Y    -    -",
        /* SyncException */                "Y    Y    Y    Y    Y    Y    Y    Y    Y    Y",
        /* SdeiNormal    */                "Y    Y    Y    Y    Y    Y    Y    Y    -    -",
        /* SdeiCritical  */                "Y    Y    Y    Y    Y    Y    Y    Y    Y    -",
    ];

    // The rows as sets, for it is asked at every lock.
    private static readonly (Context From, Context Interruptible)[] s_interruptible =
        [.. Contexts.All.Select((from, row) => (from, Contexts.All.Where((_, column) => Rows[row][column * 5] == 'Y').Aggregate(Context.None, (all, one) => all | one)))];

    /// <summary>True when some context of <paramref name="arriving"/> may interrupt some context of <paramref name="interrupted"/> on one CPU with nothing masked.</summary>
    public static bool MayPreempt(Context arriving, Context interrupted) => MayPreempt(arriving, interrupted, Mask.None);

    /// <summary>The same while <paramref name="masked"/> is masked in the interrupted code.</summary>
    public static bool MayPreempt(Context arriving, Context interrupted, Mask masked)
    {
        foreach ((Context from, Context interruptible) in s_interruptible)
        {
            if ((arriving & from) != 0 && (interrupted & interruptible) != 0 && (MaskedBy(from) & masked) == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The masks that hold this context off. Empty for what no mask of the operating system holds off.</summary>
    public static Mask MaskedBy(Context context) => context switch
    {
        Context.SoftIrq => Mask.SoftIrq | Mask.Irq | Mask.Daif,
        Context.HardIrq => Mask.Irq | Mask.Daif,
        Context.Fiq => Mask.Irq | Mask.Daif,
        Context.PseudoNmi => Mask.Daif,
        Context.Nmi => Mask.None,
        _ => Mask.None,
    };
}
