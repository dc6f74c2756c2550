using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Rules;

/// <summary>
/// The flow handler of a line and what the line is requested as. The controller gives each line one when it maps it and swaps it when the line becomes an NMI; a program
/// that sets another must set one for the same kind of line.
/// </summary>
/// <remarks>
/// Source: Linux <c>drivers/irqchip/irq-gic-v3.c</c> (<c>gic_irq_domain_map</c>, <c>gic_irq_nmi_setup</c>), <c>kernel/irq/chip.c</c> (<c>irq_set_handler</c>,
/// <c>handle_fasteoi_irq</c>, <c>handle_percpu_devid_irq</c>, <c>handle_fasteoi_nmi</c>, <c>handle_level_irq</c>).
/// </remarks>
public static class FlowHandlerProtocol
{
    /// <summary>The table's name.</summary>
    public const string Name = "flow-handler";

    /// <summary>Sets <c>handle_percpu_devid_irq</c>.</summary>
    public const string SetPercpu = "set-percpu";

    /// <summary>Sets <c>handle_fasteoi_irq</c>.</summary>
    public const string SetShared = "set-shared";

    /// <summary>Sets <c>handle_percpu_devid_fasteoi_nmi</c>.</summary>
    public const string SetPercpuNmi = "set-percpu-nmi";

    /// <summary>Sets <c>handle_fasteoi_nmi</c>.</summary>
    public const string SetSharedNmi = "set-shared-nmi";

    /// <summary>Sets a flow handler that does not end the interrupt: <c>handle_level_irq</c>, <c>handle_edge_irq</c>.</summary>
    public const string SetWithoutEnd = "set-without-end";

    /// <summary>Sets <c>handle_bad_irq</c>: the line is not driven.</summary>
    public const string SetNone = "set-none";

    private const string RequestPercpu = "request-percpu";
    private const string RequestShared = "request-shared";
    private const string RequestPercpuNmi = "request-percpu-nmi";
    private const string RequestSharedNmi = "request-shared-nmi";
    private const string PreparePercpuNmi = "prepare-percpu-nmi";
    private const string Free = "free";

    // As the controller mapped it.
    private const string Mapped = "mapped";

    // As the program set it; not requested.
    private const string Percpu = "percpu";
    private const string Shared = "shared";
    private const string PercpuNmi = "percpu-nmi";
    private const string SharedNmi = "shared-nmi";

    // Requested. A per-CPU NMI gets its flow handler when the first CPU prepares it.
    private const string OnPercpu = "requested-percpu";
    private const string OnShared = "requested-shared";
    private const string AskedPercpuNmi = "requested-percpu-nmi";
    private const string OnPercpuNmi = "prepared-percpu-nmi";
    private const string OnSharedNmi = "requested-shared-nmi";

    private const string LocksNmi = "this flow handler takes the descriptor's lock, which the code that an NMI interrupts may hold: leave an NMI the flow handler that its request gave it";
    private const string PercpuCookie = "this flow handler is for per-CPU lines, and takes what a shared line registered for its device for a per-CPU pointer: leave an NMI the flow handler that its request gave it";
    private const string TakenForDisabled = "handle_fasteoi_irq takes a per-CPU line for disabled, because its enable counts for one CPU only: it masks the line and never calls the handler; use handle_percpu_devid_irq";
    private const string NotHeldOff = "this flow handler takes no lock and asks for no disable depth, so disable_irq does not hold off the handler of a shared line: use handle_fasteoi_irq";
    private const string SharedCookie = "this flow handler is for shared lines, and does not take the part of this CPU of what a per-CPU line registered: use handle_percpu_devid_irq";
    private const string WithoutEnd = "this flow handler never ends the interrupt, and the line is one of the GIC: the line stays active and is not signalled again, and in EOImode 0 nothing of its priority or below comes to this CPU any more; use the one that ends it with EOI";

    private static readonly IReadOnlyDictionary<string, string> s_set = new Dictionary<string, string>
    {
        [SetPercpu] = Percpu,
        [SetShared] = Shared,
        [SetPercpuNmi] = PercpuNmi,
        [SetSharedNmi] = SharedNmi,
        [SetNone] = Mapped,
    };

    private static readonly IReadOnlyDictionary<string, string> s_requested = new Dictionary<string, string>
    {
        [RequestPercpu] = OnPercpu,
        [RequestShared] = OnShared,
        [RequestPercpuNmi] = AskedPercpuNmi,
        [RequestSharedNmi] = OnSharedNmi,
    };

    /// <summary>The table.</summary>
    public static ProtocolTable Table { get; } = new(
        Name,
        "The flow handler of a line. Source: Linux drivers/irqchip/irq-gic-v3.c, kernel/irq/chip.c.",
        initial: Mapped,
        assumedAtRoots: null,
        events:
        [
            new(SetPercpu, "irq_set_handler(handle_percpu_devid_irq)"),
            new(SetShared, "irq_set_handler(handle_fasteoi_irq)"),
            new(SetPercpuNmi, "irq_set_handler(handle_percpu_devid_fasteoi_nmi)"),
            new(SetSharedNmi, "irq_set_handler(handle_fasteoi_nmi)"),
            new(SetWithoutEnd, "irq_set_handler(handle_level_irq)"),
            new(SetNone, "irq_set_handler(handle_bad_irq)"),
            new(RequestPercpu, "request_percpu_irq"),
            new(RequestShared, "request_irq"),
            new(RequestPercpuNmi, "request_percpu_nmi"),
            new(RequestSharedNmi, "request_nmi"),
            new(PreparePercpuNmi, "prepare_percpu_nmi"),
            new(Free, "free_irq"),
        ],
        rows: [.. Rows()]);

    /// <summary>True for an event that sets the flow handler.</summary>
    public static bool Sets(string @event) => @event == SetWithoutEnd || s_set.ContainsKey(@event);

    /// <summary>True for an event that requests the line.</summary>
    public static bool Requests(string @event) => s_requested.ContainsKey(@event);

    /// <summary>The state in which an event that sets the flow handler leaves a line that is not requested.</summary>
    public static string After(string set) => s_set.TryGetValue(set, out string? state) ? state : Mapped;

    /// <summary>The event that sets what fits a line requested so; null where nothing is to be set, because the request does it.</summary>
    public static string? Fitting(string requestOrState) => requestOrState switch
    {
        RequestPercpu or OnPercpu => SetPercpu,
        RequestShared or OnShared => SetShared,
        OnPercpuNmi => SetPercpuNmi,
        OnSharedNmi => SetSharedNmi,
        _ => null,
    };

    private static IEnumerable<ProtocolRow> Rows()
    {
        foreach (string state in new[] { Mapped, Percpu, Shared, PercpuNmi, SharedNmi, OnPercpu, OnShared, AskedPercpuNmi, OnPercpuNmi, OnSharedNmi })
        {
            foreach (KeyValuePair<string, string> set in s_set)
            {
                yield return Unfit(state, set.Key) is { } problem
                    ? new ProtocolRow(state, set.Key, state, Law: LawIds.FlowHandler, Problem: problem)
                    : new ProtocolRow(state, set.Key, IsRequested(state) ? state : set.Value);
            }

            yield return new ProtocolRow(state, SetWithoutEnd, state, Law: LawIds.FlowHandler, Problem: WithoutEnd);
            foreach (KeyValuePair<string, string> request in s_requested)
            {
                yield return UnfitFor(state, request.Key) is { } problem
                    ? new ProtocolRow(state, request.Key, state, OnFailure: state, Law: LawIds.FlowHandler, Problem: problem)
                    : new ProtocolRow(state, request.Key, IsRequested(state) ? state : request.Value, OnFailure: state);
            }

            yield return new ProtocolRow(state, PreparePercpuNmi, state is Mapped or AskedPercpuNmi ? OnPercpuNmi : state, OnFailure: state);
            yield return new ProtocolRow(state, Free, Mapped);
        }
    }

    private static bool IsRequested(string state) => s_requested.Values.Contains(state) || state == OnPercpuNmi;

    // What is set on a line that is requested already. The two for per-CPU lines take no lock and may stand for each other: newer kernels have one for both.
    private static string? Unfit(string state, string set) => (state, set) switch
    {
        (OnPercpu, SetShared) => TakenForDisabled,
        (OnPercpu or OnPercpuNmi, SetSharedNmi) => SharedCookie,
        (OnShared, SetPercpu or SetPercpuNmi or SetSharedNmi) => NotHeldOff,
        (OnPercpuNmi or OnSharedNmi, SetShared) => LocksNmi,
        (OnSharedNmi, SetPercpu or SetPercpuNmi) => PercpuCookie,
        _ => null,
    };

    // What a line is requested as after another was set. A request as an NMI swaps it.
    private static string? UnfitFor(string state, string request) => (state, request) switch
    {
        (Percpu or PercpuNmi or SharedNmi, RequestShared) => NotHeldOff,
        (Shared, RequestPercpu) => TakenForDisabled,
        (SharedNmi, RequestPercpu) => SharedCookie,
        _ => null,
    };
}
