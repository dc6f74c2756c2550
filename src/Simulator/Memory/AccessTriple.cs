using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Simulator;

/// <summary>
/// Two accesses to one location that follow each other in one activation, and an access of what interrupted it in between: the three that an
/// atomicity violation consists of. An update counts as one access, its write.
/// </summary>
/// <param name="First">The first access.</param>
/// <param name="Between">The interrupting one.</param>
/// <param name="Second">The second.</param>
internal sealed record AccessTriple(MemoryAccess First, MemoryAccess Between, MemoryAccess Second)
{
    /// <summary>The triples of an execution.</summary>
    /// <param name="accesses">Its accesses, in order.</param>
    /// <param name="lastOnly">Of several interrupting accesses only the last counts: the one whose value, or whose reading, the second meets.</param>
    public static IEnumerable<AccessTriple> In(IReadOnlyList<MemoryAccess> accesses, bool lastOnly = true)
    {
        foreach (IGrouping<object, MemoryAccess> location in accesses.Where(access => !access.OfUpdate || access.Writes).GroupBy(access => access.Location, ReferenceEqualityComparer.Instance))
        {
            MemoryAccess[] each = [.. location];
            for (int second = 1; second < each.Length; second++)
            {
                int first = second - 1;
                while (first >= 0 && !ReferenceEquals(each[first].Activation, each[second].Activation))
                {
                    first--;
                }

                IEnumerable<MemoryAccess> between = first < 0 ? [] : each[(first + 1)..second].Where(access => Interrupts(access.Activation, each[second].Activation));
                foreach (MemoryAccess interrupting in lastOnly ? between.TakeLast(1) : between)
                {
                    yield return new AccessTriple(each[first], interrupting, each[second]);
                }
            }
        }
    }

    private static bool Interrupts(Frame handler, Frame victim)
    {
        for (Frame? frame = handler.Parent; frame is not null; frame = frame.Parent)
        {
            if (ReferenceEquals(frame, victim))
            {
                return true;
            }
        }

        return false;
    }
}
