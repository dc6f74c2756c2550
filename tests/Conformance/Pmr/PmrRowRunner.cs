using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests;

/// <summary>Executes the operation of a row on the model.</summary>
internal sealed class PmrRowRunner
{
    private readonly MaskBench _bench;
    private readonly PmrStateRow _row;
    private readonly Dictionary<uint, IrqFlags> _irqWords = [];
    private readonly Dictionary<uint, DaifFlags> _daifWords = [];
    private PmrRowResult? _result;

    private PmrRowRunner(MaskBench bench, PmrStateRow row)
    {
        _bench = bench;
        _row = row;
        CollectWords();
    }

    public static PmrRowResult Run(PmrStateRow row)
    {
        PmrRowRunner? runner = null;
        MaskBench.Run(bench =>
        {
            runner = new PmrRowRunner(bench, row);
            runner.Execute();
        });
        return runner?._result ?? throw new InvalidOperationException($"{row.Id}: nothing was observed");
    }

    private void Execute()
    {
        switch (_row.Operation)
        {
            case "local_irq_disable":
                Call(LocalIrq.Disable);
                break;
            case "local_irq_enable":
                Call(LocalIrq.Enable);
                break;
            case "local_irq_save":
                Call(() => LocalIrq.Save().Word);
                break;
            case "local_irq_restore":
                Call(() => LocalIrq.Restore(IrqWord()));
                break;
            case "local_daif_save_flags":
                Call(() => LocalDaif.SaveFlags().Word);
                break;
            case "local_daif_mask":
                Call(LocalDaif.Mask);
                break;
            case "local_daif_save":
                Call(() => LocalDaif.Save().Word);
                break;
            case "local_daif_restore":
                Call(() => LocalDaif.Restore(DaifWord()));
                break;
            case "local_daif_inherit":
                In(Interrupted, () => MaskBench.Cpu.TakeSynchronousException(() => Do(LocalDaif.Inherit)));
                break;
            case "exception_entry":
                Enter(MaskBench.Cpu.TakeSynchronousException);
                break;
            case "exception_return":
                Leave(MaskBench.Cpu.TakeSynchronousException);
                break;
            case "serror_entry":
                In(_row.State, SErrorArrives);
                break;
            case "serror_exit":
                Leave(handler =>
                {
                    MaskBench.Cpu.RaiseSError();
                    MaskBench.Cpu.TakeSError(handler);
                });
                break;
            case "sdei_entry":
                In(_row.State, SdeiEventArrives);
                break;
            case "sdei_complete":
                In(Interrupted, SdeiEventCompletes);
                break;
            case "sdei_complete_resume":
                In("S0-unmasked", SdeiEventResumes);
                break;
            case "irq_entry" or "nmi_entry" when _row.Legal == "no":
                In(_row.State, () => StaysPending(_row.Operation == "irq_entry" ? MaskBench.Irq : MaskBench.Nmi));
                break;
            case "cpu_do_idle:before-wfi":
                In(_row.State, () => Follow(Processor.WaitForInterrupt, before: null, after: "idle"));
                break;
            case "cpu_do_idle:after-wfi":
                In(State(_row.Argument), () => Follow(Processor.WaitForInterrupt, before: "idle", after: null));
                break;
            case "raw_wfi":
                Call(Processor.Wfi);
                break;
            default:
                TakeInterrupt();
                break;
        }
    }

    // The steps of an interrupt, seen while it is taken.
    private void TakeInterrupt()
    {
        switch (_row.Operation, _row.Argument)
        {
            case ("irq_entry", _):
                Follow("S0-unmasked", MaskBench.Irq, before: null, after: "MaskChanged");
                break;
            case ("irq_ack", "IAR=IRQ (RPR=0xc0), interrupted S0"):
                Follow("S0-unmasked", MaskBench.Irq, before: "InterruptAcknowledged", after: "handler");
                break;
            case ("irq_ack", "IAR=NMI (RPR=0x80), interrupted S0"):
                Follow("S0-unmasked", MaskBench.Nmi, before: "InterruptAcknowledged", after: "handler");
                break;
            case ("irq_ack", "IAR=1020..1023, interrupted S0"):
                Follow("S0-unmasked", irq: null, before: "InterruptAcknowledged", after: "MaskChanged");
                break;
            case ("nmi_done", _):
                Follow("S0-unmasked", MaskBench.Nmi, before: "handler", after: "MaskChanged");
                break;
            case ("irq_exit", _):
                Follow("S0-unmasked", MaskBench.Irq, before: "handler", after: null);
                break;
            case ("nmi_entry", _):
                Follow("S1-irqoff", MaskBench.Nmi, before: null, after: "MaskChanged");
                break;
            case ("nmi_ack", "read IAR"):
                Follow("S1-irqoff", irq: null, before: "MaskChanged", after: "InterruptAcknowledged");
                break;
            case ("nmi_ack", "after IAR"):
                Follow("S1-irqoff", MaskBench.Nmi, before: "InterruptAcknowledged", after: "handler");
                break;
            case ("nmi_ack", "IAR=1023 (NMI retired)"):
                Follow("S1-irqoff", irq: null, before: "MaskChanged", after: "last MaskChanged but one");
                break;
            case ("nmi_exit", _):
                Follow("S1-irqoff", MaskBench.Nmi, before: "handler", after: null);
                break;
            default:
                throw new NotSupportedException($"the model has no {_row.Operation}");
        }
    }

    private string Interrupted => State(_row.Argument);

    private static string State(string argument) => argument.Split(':', ' ')[^1] switch
    {
        "S1" => "S1-irqoff",
        "S2" => "S2-allmasked",
        string name => name,
    };

    private void In(string state, Action body) => _bench.In(state, body);

    private void Call(Action operation) => In(_row.State, () => Do(operation));

    private void Call(Func<uint> operation) => In(_row.State, () => Do(operation));

    private void Do(Action operation) => Do(() =>
    {
        operation();
        return null;
    });

    private void Do(Func<uint> operation) => Do(() => (uint?)operation());

    private void Do(Func<uint?> operation)
    {
        MaskState before = Begin();
        uint? returned = operation();
        Conclude(before, _bench.Look(), returned);
    }

    private void Enter(Action<Action> exception) => In(_row.State, () =>
    {
        MaskState before = Begin();
        exception(() => Conclude(before, _bench.Look(), delivered: true));
    });

    private void Leave(Action<Action> exception) => In(Interrupted, () =>
    {
        MaskState? before = null;
        exception(() => before = Begin());
        Conclude(before!, _bench.Look());
    });

    private void SErrorArrives()
    {
        MaskState before = Begin();
        Cpu cpu = MaskBench.Cpu;
        cpu.RaiseSError();
        if (cpu.SErrorSignalled)
        {
            cpu.TakeSError(() => Conclude(before, _bench.Look(), delivered: true));
        }
        else
        {
            Conclude(before, _bench.Look(), delivered: !cpu.SErrorPending);
        }
    }

    private void SdeiEventArrives()
    {
        MaskState before = Begin();
        MaskBench.Cpu.TakeSdeiEvent(critical: false, () =>
        {
            Conclude(before, _bench.Look(), delivered: true);
            return SdeiCompletion.Complete;
        });
    }

    private void SdeiEventCompletes()
    {
        MaskState? before = null;
        MaskBench.Cpu.TakeSdeiEvent(critical: false, () =>
        {
            before = Begin();
            return SdeiCompletion.Complete;
        });
        Conclude(before!, _bench.Look());
    }

    // Seen as the entry code of the vector has done its part.
    private void SdeiEventResumes()
    {
        MaskState? before = null;
        MaskBench.Cpu.TakeSdeiEvent(critical: false, () =>
        {
            before = Begin();
            return SdeiCompletion.CompleteAndResume;
        });
        Conclude(before!, _bench.Trace.First(static seen => seen.At == "MaskChanged").View);
    }

    private void StaysPending(IntId irq)
    {
        MaskState before = Begin();
        bool handled = false;
        _bench.Handler = _ => handled = true;
        MaskBench.Raise(irq);
        Processor.Relax();
        Conclude(before, _bench.Look(), delivered: handled);
    }

    private void Follow(string state, IntId? irq, string? before, string? after) => In(state, () => Follow(
        () =>
        {
            if (irq is { } sgi)
            {
                MaskBench.Raise(sgi);
                Processor.Relax();
            }
            else
            {
                // The interrupt was withdrawn before it was acknowledged, and an ordinary one came to be pending where it must not be taken.
                if (state == "S1-irqoff")
                {
                    MaskBench.Raise(MaskBench.Irq);
                }

                MaskBench.Cpu.TakeInterrupt();
            }
        },
        before,
        after,
        handled: irq is not null));

    // From the named moment, or from before the operation, to the next one of the other name, or to its end.
    private void Follow(Action operation, string? before, string? after, bool handled = false)
    {
        MaskState start = Begin();
        operation();
        _bench.Trace.Add(("end", _bench.Look()));
        List<(string At, MaskView View)> trace = _bench.Trace;
        int from = before is null ? -1 : trace.FindIndex(seen => seen.At == before);
        int to = after switch
        {
            null => trace.Count - 1,
            "last MaskChanged but one" => trace.FindLastIndex(trace.FindLastIndex(seen => seen.At == "MaskChanged") - 1, seen => seen.At == "MaskChanged"),
            _ => trace.FindIndex(from + 1, seen => seen.At == after),
        };
        bool wrong = !handled && trace.Any(seen => seen.At is "handler" or "InterruptEnded");
        Conclude(from < 0 ? start : trace[from].View.State, trace[to].View, report: wrong ? "a special INTID was handled or ended" : null);
    }

    private MaskState Begin()
    {
        _bench.Begin();
        return MaskBench.State;
    }

    private void Conclude(MaskState before, MaskView after, uint? returned = null, bool? delivered = null, string? report = null) =>
        _result = new PmrRowResult(before, after, returned, delivered, report ?? _bench.Reports.FirstOrDefault());

    private void CollectWords()
    {
        Keep(LocalIrq.Save());
        Keep(LocalIrq.Save());
        LocalIrq.Enable();
        DaifFlags unmasked = LocalDaif.Save();
        Keep(LocalIrq.Save());
        Keep(LocalDaif.Save());
        LocalDaif.Restore(unmasked);
        Keep(DaifFlags.Process);
        Keep(DaifFlags.ProcessNoIrq);
        Keep(DaifFlags.Error);

        void Keep<T>(T flags)
        {
            if (flags is IrqFlags irq)
            {
                _irqWords.Add(irq.Word, irq);
            }
            else if (flags is DaifFlags daif)
            {
                _daifWords.Add(daif.Word, daif);
            }
        }
    }

    // A word is taken where it was made: in one of the states, by local_irq_save or local_daif_save.
    private (bool IsPmr, uint Value) Word()
    {
        string[] parts = _row.Argument.Split(':', ' ');
        return (parts[0] == "pmr", Convert.ToUInt32(parts[1], 16));
    }

    private IrqFlags IrqWord() => Word() is (true, var pmr) ? _irqWords[pmr] : _daifWords[Word().Value].ReinterpretAsIrqFlags();

    private DaifFlags DaifWord() => Word() is (false, var daif) ? _daifWords[daif] : _irqWords[Word().Value].ReinterpretAsDaifFlags();
}
