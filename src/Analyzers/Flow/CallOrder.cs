using System;
using System.Collections.Generic;

namespace IrqSafety.Analyzers.Flow;

/// <summary>The order in which bodies are analysed: callees first, bodies that call each other together (Tarjan's strongly connected components).</summary>
internal static class CallOrder
{
    /// <summary>The groups, callees first; in a group, the order of <paramref name="bodies"/>.</summary>
    public static IEnumerable<IReadOnlyList<Body>> Of(IReadOnlyList<Body> bodies, IReadOnlyDictionary<Body, Body[]> callees)
    {
        var index = new Dictionary<Body, int>();
        var low = new Dictionary<Body, int>();
        var place = new Dictionary<Body, int>();
        for (int i = 0; i < bodies.Count; i++)
        {
            place[bodies[i]] = i;
        }

        var path = new Stack<(Body Body, int Next)>();
        var open = new Stack<Body>();
        var isOpen = new HashSet<Body>();
        foreach (Body root in bodies)
        {
            if (index.ContainsKey(root))
            {
                continue;
            }

            Enter(root);
            while (path.Count > 0)
            {
                (Body body, int next) = path.Pop();
                if (next < callees[body].Length)
                {
                    path.Push((body, next + 1));
                    Body callee = callees[body][next];
                    if (!index.ContainsKey(callee))
                    {
                        Enter(callee);
                    }
                    else if (isOpen.Contains(callee))
                    {
                        low[body] = Math.Min(low[body], index[callee]);
                    }

                    continue;
                }

                if (path.Count > 0)
                {
                    Body caller = path.Peek().Body;
                    low[caller] = Math.Min(low[caller], low[body]);
                }

                if (low[body] == index[body])
                {
                    var together = new List<Body>();
                    Body last;
                    do
                    {
                        last = open.Pop();
                        isOpen.Remove(last);
                        together.Add(last);
                    }
                    while (last != body);
                    together.Sort((left, right) => place[left].CompareTo(place[right]));
                    yield return together;
                }
            }
        }

        void Enter(Body body)
        {
            index[body] = low[body] = index.Count;
            open.Push(body);
            isOpen.Add(body);
            path.Push((body, 0));
        }
    }
}
