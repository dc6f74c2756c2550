using System.Threading.Tasks;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Rules;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>
/// Rules and fixes together, on programs against the model: what a rule finds, its fix removes, one after the other and all at once, and no
/// rule has anything to say about what is left.
/// </summary>
public sealed class RuleAndFixTests
{
    [Fact]
    public Task IRQ0002_DeclareTheContext() => Fixes<IRQ0002DeclareContextFix>(
        [
            """
            using IrqSafety.Runtime;

            sealed class Pmu
            {
                public Errno Request(IntId irq) => Irq.RequestPercpuNmi(irq, [|Handlers.Overflow|], "pmu");

                public Errno RequestTimer(IntId irq) => Irq.RequestPercpuIrq(irq, [|Handlers.Tick|], "timer");

                public Errno RequestClock(IntId irq) => Irq.RequestPercpuIrq(irq, [|Handlers.Tick|], "clock");
            }
            """,
            """
            using IrqSafety.Runtime;

            static class Handlers
            {
                public static IrqReturn Overflow(IntId irq) => IrqReturn.None;

                // Ticks.
                public static IrqReturn Tick(IntId irq) => IrqReturn.Handled;
            }
            """,
        ],
        [
            """
            using IrqSafety.Runtime;

            sealed class Pmu
            {
                public Errno Request(IntId irq) => Irq.RequestPercpuNmi(irq, Handlers.Overflow, "pmu");

                public Errno RequestTimer(IntId irq) => Irq.RequestPercpuIrq(irq, Handlers.Tick, "timer");

                public Errno RequestClock(IntId irq) => Irq.RequestPercpuIrq(irq, Handlers.Tick, "clock");
            }
            """,
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            static class Handlers
            {
                [RunsIn(Context.PseudoNmi)]
                public static IrqReturn Overflow(IntId irq) => IrqReturn.None;

                // Ticks.
                [RunsIn(Context.HardIrq)]
                public static IrqReturn Tick(IntId irq) => IrqReturn.Handled;
            }
            """,
        ]);

    [Fact]
    public Task IRQ0007_CreateInInitialiser() => Fixes<IRQ0007CreateInInitialiserFix>(
        [
            """
            using IrqSafety.Runtime;

            sealed class Its
            {
                private readonly RawSpinLock _commands;
                private readonly SpinLock _devices;

                public Its()
                {
                    _commands = [|new()|];
                    _devices = [|new("devices")|];
                }

                public override string ToString() => $"{_commands} {_devices}";
            }
            """,
        ],
        [
            """
            using IrqSafety.Runtime;

            sealed class Its
            {
                private readonly RawSpinLock _commands = new();
                private readonly SpinLock _devices = new("devices");

                public Its()
                {
                }

                public override string ToString() => $"{_commands} {_devices}";
            }
            """,
        ]);

    [Fact]
    public Task IRQ0201_UseTheNmiSafeAlternative() => Fixes<IRQ0201UseNmiSafeAlternativeFix>(
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            sealed class Backtrace
            {
                [RunsIn(Context.PseudoNmi)]
                public void Handle()
                {
                    [|Printk.Direct($"cpu {Processor.Id}")|];
                    Rest();
                }

                private static void Rest() => [|Printk.Direct("rest")|];
            }
            """,
        ],
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            sealed class Backtrace
            {
                [RunsIn(Context.PseudoNmi)]
                public void Handle()
                {
                    Printk.Deferred($"cpu {Processor.Id}");
                    Rest();
                }

                private static void Rest() => Printk.Deferred("rest");
            }
            """,
        ]);

    [Fact]
    public Task IRQ0202_DeferThroughIrqWork() => Fixes<IRQ0202DeferThroughIrqWorkFix>(
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            sealed class Backtrace
            {
                private readonly WaitQueue watchers = new();
                private readonly Completion first = new();

                [RunsIn(Context.HardIrq | Context.PseudoNmi)]
                public void Handle()
                {
                    [|first.Complete()|];
                    Notify();
                    [|first.CompleteAll()|];
                }

                private void Notify()
                {
                    // Takes the runqueue lock.
                    [|watchers.WakeUp()|];
                    [|this.watchers.WakeUp()|];
                }
            }
            """,
        ],
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            sealed class Backtrace
            {
                private readonly WaitQueue watchers = new();
                private readonly IrqWork<Backtrace> wakeUpWork = new(static self => self.watchers.WakeUp());
                private readonly Completion first = new();
                private readonly IrqWork<Backtrace> completeWork = new(static self => self.first.Complete());
                private readonly IrqWork<Backtrace> completeAllWork = new(static self => self.first.CompleteAll());

                [RunsIn(Context.HardIrq | Context.PseudoNmi)]
                public void Handle()
                {
                    completeWork.Queue(this);
                    Notify();
                    completeAllWork.Queue(this);
                }

                private void Notify()
                {
                    // Takes the runqueue lock.
                    wakeUpWork.Queue(this);
                    wakeUpWork.Queue(this);
                }
            }
            """,
        ]);

    [Fact]
    public Task IRQ0203_DeferThroughIrqWork() => Fixes<IRQ0203DeferThroughIrqWorkFix>(
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            static class Watchdog
            {
                private static readonly Completion First = new();

                [NmiSafe]
                public static void Signal() => [|First.Complete()|];
            }
            """,
        ],
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            static class Watchdog
            {
                private static readonly Completion First = new();
                private static readonly IrqWork completeWork = new(static () => First.Complete());

                [NmiSafe]
                public static void Signal() => completeWork.Queue();
            }
            """,
        ]);

    [Fact]
    public Task IRQ0204_CorrectTheFlags() => Fixes<IRQ0204CorrectFlagsFix>(
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            sealed class Uart
            {
                public Errno Open() => Irq.RequestNmi(new IntId(40), Break, [|IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable | IrqRequestFlags.Shared|], "uart");

                [RunsIn(Context.PseudoNmi)]
                private IrqReturn Break(IntId irq) => IrqReturn.Handled;
            }
            """,
        ],
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            sealed class Uart
            {
                public Errno Open() => Irq.RequestNmi(new IntId(40), Break, IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable, "uart");

                [RunsIn(Context.PseudoNmi)]
                private IrqReturn Break(IntId irq) => IrqReturn.Handled;
            }
            """,
        ]);

    [Fact]
    public Task IRQ0204_RangeHasNoFix() => CodeFixVerifier.NotOffered(
        new IRQ0204CorrectFlagsFix(),
        "IRQ0204",
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            sealed class Uart
            {
                public Errno Open() => Irq.RequestNmi([|new IntId(20)|], Break, IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable, "uart");

                [RunsIn(Context.PseudoNmi)]
                private IrqReturn Break(IntId irq) => IrqReturn.Handled;
            }
            """,
        ],
        TestContext.Current.CancellationToken);

    [Fact]
    public Task IRQ0205_PrepareTheNmiFirst() => Fixes<IRQ0205PrepareNmiFirstFix>(
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            sealed class Watchdog(IntId pmu)
            {
                public Errno Start()
                {
                    Errno err = Irq.RequestPercpuNmi(pmu, Overflow, "pmu");
                    if (err == Errno.Ok)
                    {
                        using (Preemption.Off())
                        {
                            [|Irq.EnablePercpuNmi(pmu)|];
                        }
                    }

                    return err;
                }

                [RunsIn(Context.PseudoNmi)]
                private IrqReturn Overflow(IntId irq) => IrqReturn.Handled;
            }
            """,
        ],
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            sealed class Watchdog(IntId pmu)
            {
                public Errno Start()
                {
                    Errno err = Irq.RequestPercpuNmi(pmu, Overflow, "pmu");
                    if (err == Errno.Ok)
                    {
                        using (Preemption.Off())
                        {
                            if (Irq.PreparePercpuNmi(pmu) == Errno.Ok)
                            {
                                Irq.EnablePercpuNmi(pmu);
                            }
                        }
                    }

                    return err;
                }

                [RunsIn(Context.PseudoNmi)]
                private IrqReturn Overflow(IntId irq) => IrqReturn.Handled;
            }
            """,
        ]);

    [Fact]
    public Task IRQ0206_UseTheCallOfTheLinesFlavour() => Fixes<IRQ0206UseLineFlavourFix>(
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            sealed class Watchdog
            {
                private static readonly IntId Pmu = new(23);
                private static readonly IntId Timer = new(27);

                public void Start()
                {
                    if (Irq.RequestPercpuNmi(Pmu, Overflow, "pmu") == Errno.Ok)
                    {
                        using (Preemption.Off())
                        {
                            [|Irq.EnablePercpuIrq(Pmu)|];
                        }
                    }

                    if (Irq.RequestPercpuIrq(Timer, Tick, "timer") == Errno.Ok)
                    {
                        using (Preemption.Off())
                        {
                            [|Irq.EnablePercpuNmi(Timer)|];
                        }
                    }
                }

                [RunsIn(Context.PseudoNmi)]
                private IrqReturn Overflow(IntId irq) => IrqReturn.Handled;

                [RunsIn(Context.HardIrq)]
                private IrqReturn Tick(IntId irq) => IrqReturn.Handled;
            }
            """,
        ],
        [
            """
            using IrqSafety.Contracts;
            using IrqSafety.Runtime;

            sealed class Watchdog
            {
                private static readonly IntId Pmu = new(23);
                private static readonly IntId Timer = new(27);

                public void Start()
                {
                    if (Irq.RequestPercpuNmi(Pmu, Overflow, "pmu") == Errno.Ok)
                    {
                        using (Preemption.Off())
                        {
                            if (Irq.PreparePercpuNmi(Pmu) == Errno.Ok)
                            {
                                Irq.EnablePercpuNmi(Pmu);
                            }
                        }
                    }

                    if (Irq.RequestPercpuIrq(Timer, Tick, "timer") == Errno.Ok)
                    {
                        using (Preemption.Off())
                        {
                            Irq.EnablePercpuIrq(Timer);
                        }
                    }
                }

                [RunsIn(Context.PseudoNmi)]
                private IrqReturn Overflow(IntId irq) => IrqReturn.Handled;

                [RunsIn(Context.HardIrq)]
                private IrqReturn Tick(IntId irq) => IrqReturn.Handled;
            }
            """,
        ]);

    private static Task Fixes<TFix>(string[] before, string[] after)
        where TFix : RuleFix, new()
    {
        var fix = new TFix();
        string id = fix.FixableDiagnosticIds[0];
        return CodeFixVerifier.Verify(fix, id, before, after, Catalogue.Rule(id).Fix, TestContext.Current.CancellationToken);
    }
}
