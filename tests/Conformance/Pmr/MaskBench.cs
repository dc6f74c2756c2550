using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests;

/// <summary>A CPU on which a row is executed: brings it into a state, and reads what follows from the state it is in.</summary>
/// <remarks>States are reached the way the kernel reaches them: S3 and S2e are those of handlers, so code in them runs in the handler's context.</remarks>
internal sealed class MaskBench
{
    public static readonly IntId Irq = IntId.Sgi(1);
    public static readonly IntId Nmi = IntId.Sgi(2);
    private static readonly IntId s_stateNmi = IntId.Sgi(3);
    private static readonly IntId s_lookIrq = IntId.Sgi(4);
    private static readonly IntId s_lookNmi = IntId.Sgi(5);

    private readonly ObservedExecution _execution;
    private Action? _stateBody;
    private bool _looking;

    private MaskBench(ObservedExecution execution)
    {
        _execution = execution;
        Install(Irq, nmi: false, () => Handler?.Invoke(Irq));
        Install(Nmi, nmi: true, () => Handler?.Invoke(Nmi));
        Install(s_stateNmi, nmi: true, () => _stateBody?.Invoke());
        Install(s_lookIrq, nmi: false, static () => { });
        Install(s_lookNmi, nmi: true, static () => { });
        execution.OnEvent = happened => Observe(happened.Kind.ToString());
        execution.OnIdle = () => Observe("idle");
        execution.OnBreach = breach => Reports.Add(breach.Because);
    }

    /// <summary>What was seen since the operation began: the kind of event, or <c>handler</c>, <c>idle</c>, and the state at that moment.</summary>
    public List<(string At, MaskView View)> Trace { get; } = [];

    public List<string> Reports { get; } = [];

    /// <summary>Called in the handler of <see cref="Irq"/> or <see cref="Nmi"/>.</summary>
    public Action<IntId>? Handler { get; set; }

    public static Cpu Cpu => Machine.Current.Cpus[0];

    public static void Run(Action<MaskBench> body) =>
        ObservedExecution.Run(MachineProfile.GicV3PseudoNmi, 1, execution => body(new MaskBench(execution)));

    public static MaskState State => new(Cpu.State.Pmr.Value, Letters(Cpu.State.Daif));

    /// <summary>Runs <paramref name="body"/> with the CPU in a state of the table.</summary>
    public void In(string state, Action body)
    {
        switch (state)
        {
            case "S0-unmasked":
                body();
                break;
            case "S1-irqoff":
                LocalIrq.Disable();
                body();
                break;
            case "S2-allmasked":
                LocalDaif.Mask();
                body();
                break;
            case "S2e-errctx":
                Cpu.RaiseSError();
                Cpu.TakeSError(body);
                break;
            case "S3-noirq":
                _stateBody = body;
                Raise(s_stateNmi);
                Processor.Relax();
                break;
            case "X-irqoff+psr_i":
                Cpu.Interface.Pmr = new Pmr(0xd0);
                body();
                break;
            default:
                throw new NotSupportedException($"nothing in the model leads to {state}");
        }
    }

    /// <summary>Forgets what led to the state: from here on is the operation.</summary>
    public void Begin()
    {
        Trace.Clear();
        Reports.Clear();
    }

    public static void Raise(IntId sgi) => Machine.Current.Gic.SendSgi(sgi, CpuMask.Of(Cpu.Id));

    public void Observe(string at)
    {
        if (!_looking)
        {
            Trace.Add((at, Look()));
        }
    }

    /// <summary>Asks the model, with an interrupt of each kind pending in turn.</summary>
    public MaskView Look()
    {
        _looking = true;
        (bool irqWakes, bool irqTaken) = WithOnly(s_lookIrq);
        (bool nmiWakes, bool nmiTaken) = WithOnly(s_lookNmi);
        _looking = false;
        return new MaskView(
            State,
            YesNo(Cpu.IrqsDisabled),
            YesNo(irqTaken),
            YesNo(nmiTaken),
            YesNo(!Cpu.State.Daif.A),
            (Cpu.CanTakeSdeiEvent(critical: false), Cpu.CanTakeSdeiEvent(critical: true)) switch
            {
                (true, _) => "yes",
                (false, true) => "critical over normal only",
                _ => "no",
            },
            (irqWakes, nmiWakes) switch
            {
                (true, true) => "irq+nmi",
                (false, true) => "nmi",
                (true, false) => "irq",
                (false, false) => "none",
            });
    }

    private static (bool Wakes, bool Taken) WithOnly(IntId sgi)
    {
        Gic gic = Machine.Current.Gic;
        IntId[] pending = [.. new[] { Irq, Nmi }.Where(irq => gic.StateOf(irq, Cpu.Id).Pending)];
        Set(pending, false);
        Set([sgi], true);
        (bool, bool) answer = (Cpu.Interface.Signals, Cpu.InterruptSignalled);
        Set([sgi], false);
        Set(pending, true);
        return answer;

        void Set(IntId[] irqs, bool value)
        {
            foreach (IntId irq in irqs)
            {
                gic.SetPending(irq, Cpu.Id, value);
            }
        }
    }

    private void Install(IntId sgi, bool nmi, Action handled)
    {
        IrqHandler handler = _ =>
        {
            Observe("handler");
            handled();
            return IrqReturn.Handled;
        };
        _ = nmi ? Runtime.Irq.RequestPercpuNmi(sgi, handler, "bench") : Runtime.Irq.RequestPercpuIrq(sgi, handler, "bench");
        using PreemptOffGuard off = Preemption.Off();
        if (nmi)
        {
            _ = Runtime.Irq.PreparePercpuNmi(sgi);
            Runtime.Irq.EnablePercpuNmi(sgi);
        }
        else
        {
            Runtime.Irq.EnablePercpuIrq(sgi);
        }
    }

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Letters(Daif daif) => $"{(daif.D ? 'D' : '-')}{(daif.A ? 'A' : '-')}{(daif.I ? 'I' : '-')}{(daif.F ? 'F' : '-')}";
}
