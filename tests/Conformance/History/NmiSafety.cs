using IrqSafety.Rules;

namespace IrqSafety.Conformance.Tests.History;

// The first prototype of pseudo-NMIs (2015) had no test for them on the way in: an NMI went through the whole interrupt machinery, whose descriptor lock the
// interrupted code may hold. NMI flow handlers take no lock.
public sealed class Thread_pseudo_NMI_prototype_takes_the_descriptor_lock : RealBug
{
    private const string Desc = """
        class IrqDesc
        {
            private readonly RawSpinLock descLock = new();
            private readonly PerCpu<int> handled = new(0);
            [GuardedBy("descLock")] private readonly Shared<int> depth = new(0);

            [RunsIn(Context.Task)]
            public void Disable()
            {
                using (descLock.LockIrqSave())
                {
                    depth.Add(1);
                }
            }

        """;

    public override string Rule => "IRQ0208";

    public override string AsItWas => Desc + """
            [RunsIn(Context.PseudoNmi)]
            public IrqReturn Handle(IntId irq)
            {
                using ([|descLock.Lock()|])
                {
                    handled.This.FetchAdd(1);
                }

                return IrqReturn.Handled;
            }
        }
        """;

    public override string AsFixed => Desc + """
            [RunsIn(Context.PseudoNmi)]
            public IrqReturn Handle(IntId irq)
            {
                handled.This.FetchAdd(1);
                return IrqReturn.Handled;
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var desc = new IrqDesc();
                b.Cpus(1).Boot(() => Nmi.Connect(desc.Handle)).Source("nmi", Nmi.Line, cpu: 0).Task(0, "driver", desc.Disable);
            }
        }
        """ + ScenarioParts.Nmi;

    public override Evidence Evidence => Evidence.Harm;
}

// The arm64 PMU driver ran irq_work_run() at the end of its handler, which pseudo-NMIs turned into an NMI. The work now comes with an interrupt of its own.
public sealed class Linux_05ab72813340_pmu_handler_runs_irq_work : RealBug
{
    private const string Pmu = """
        class ArmPmu
        {
            private readonly PerCpu<int> samples = new(0);
            private readonly WaitQueue readers = new();
            private readonly IrqWork wake;

            public ArmPmu() => wake = new IrqWork(Wake);

            [RunsIn(Context.HardIrq)]
            private void Wake() => readers.WakeUp();

        """;

    public override string Rule => "IRQ0202";

    public override string AsItWas => Pmu + """
            [RunsIn(Context.PseudoNmi)]
            public IrqReturn HandleIrq(IntId irq)
            {
                samples.This.FetchAdd(1);
                wake.Queue();
                [|IrqWork.Run()|];
                return IrqReturn.Handled;
            }
        }
        """;

    public override string AsFixed => Pmu + """
            [RunsIn(Context.PseudoNmi)]
            public IrqReturn HandleIrq(IntId irq)
            {
                samples.This.FetchAdd(1);
                wake.Queue();
                return IrqReturn.Handled;
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var pmu = new ArmPmu();
                b.Cpus(1).Boot(() =>
                {
                    Nmi.ConnectIrqWork();
                    Nmi.Connect(pmu.HandleIrq);
                }).Source("pmu", Nmi.Line, cpu: 0);
            }
        }
        """ + ScenarioParts.Nmi;

    public override Evidence Evidence => Evidence.Breach;
}

// KVM's handler for the overflow of a guest's counter woke the vCPU, which takes the run queue's lock (kvmarm, "KVM: arm64: pmu: Make overflow handler NMI safe").
public sealed class Thread_kvmarm_overflow_handler_wakes_the_vcpu : RealBug
{
    public override string Rule => "IRQ0202";

    public override string AsItWas => """
        class VcpuPmu
        {
            private readonly WaitQueue vcpu = new();
            private readonly Shared<ulong> overflow = new(0);

            [RunsIn(Context.PseudoNmi)]
            public IrqReturn PerfOverflow(IntId irq)
            {
                overflow.WriteOnce(1);
                [|vcpu.WakeUp()|];
                return IrqReturn.Handled;
            }
        }
        """;

    public override string AsFixed => """
        class VcpuPmu
        {
            private readonly WaitQueue vcpu = new();
            private readonly Shared<ulong> overflow = new(0);
            private readonly IrqWork overflowWork;

            public VcpuPmu() => overflowWork = new IrqWork(NotifyVcpu);

            [RunsIn(Context.HardIrq)]
            private void NotifyVcpu() => vcpu.WakeUp();

            [RunsIn(Context.PseudoNmi)]
            public IrqReturn PerfOverflow(IntId irq)
            {
                overflow.WriteOnce(1);
                overflowWork.Queue();
                return IrqReturn.Handled;
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var pmu = new VcpuPmu();
                b.Cpus(1).Boot(() =>
                {
                    Nmi.ConnectIrqWork();
                    Nmi.Connect(pmu.PerfOverflow);
                }).Source("pmu", Nmi.Line, cpu: 0);
            }
        }
        """ + ScenarioParts.Nmi;

    public override Evidence Evidence => Evidence.Breach;
}

// A debug hook was put into irq_work_queue(): it records a stack, and allocates for that. irq_work is what NMIs use because it does nothing of the kind.
public sealed class Linux_156172a13ff0_debug_hook_allocates_in_irq_work_queue : RealBug
{
    private const string Queue = """
        class WorkItem
        {
            private readonly Shared<bool> pending = new(false);
            private readonly Shared<int> stacks = new(0);

            [NmiSafe]
            public bool Queue()
            {
                RecordAuxStack();
                return !pending.Exchange(true);
            }

        """;

    public override string Rule => "IRQ0203";

    public override string AsItWas => Queue + """
            private void RecordAuxStack()
            {
                if ([|Slab.Allocate(64)|] is not null)
                {
                    stacks.FetchAdd(1);
                }
            }
        }
        """;

    public override string AsFixed => Queue + """
            // kasan_record_aux_stack_noalloc()
            private void RecordAuxStack() => stacks.FetchAdd(1);
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var work = new WorkItem();
                b.Cpus(1).Boot(() => Nmi.Connect([RunsIn(Context.PseudoNmi)] (_) =>
                {
                    work.Queue();
                    return IrqReturn.Handled;
                })).Source("nmi", Nmi.Line, cpu: 0);
            }
        }
        """ + ScenarioParts.Nmi;

    public override Evidence Evidence => Evidence.Breach;
}

// kdb wrote through the console's handlers, which take locks; the debugger stops the machine at any place. Its own I/O operations poll.
public sealed class Thread_kgdb_console_handlers_in_the_debugger : RealBug
{
    public override string Rule => "IRQ0201";

    public override string AsItWas => """
        class Kdb
        {
            [RunsIn(Context.PseudoNmi)]
            public IrqReturn Trap(IntId irq)
            {
                MsgWrite("kdb> ");
                return IrqReturn.Handled;
            }

            private static void MsgWrite(string text) => [|Printk.Direct(text)|];
        }
        """;

    public override string AsFixed => """
        class Kdb
        {
            private readonly Shared<char> dataRegister = new('\0');

            [RunsIn(Context.PseudoNmi)]
            public IrqReturn Trap(IntId irq)
            {
                MsgWrite("kdb> ");
                return IrqReturn.Handled;
            }

            private void MsgWrite(string text)
            {
                foreach (char each in text)
                {
                    dataRegister.WriteOnce(each);
                }
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var kdb = new Kdb();
                b.Cpus(1).Boot(() => Nmi.Connect(kdb.Trap)).Source("break", Nmi.Line, cpu: 0).Task(0, "printer", () => Printk.Direct("hello"));
            }
        }
        """ + ScenarioParts.Nmi;

    public override Evidence Evidence => Evidence.Harm;
}

// The hard-lockup detector, an NMI, disables the BPF scheduler through a path that takes a lock which tasks hold with interrupts off. The fix leaves it to irq_work.
public sealed class Linux_bd2d76455b65_hardlockup_takes_the_exit_lock : RealBug
{
    private const string Scx = """
        class Scx
        {
            private readonly RawSpinLock exitLock = new();
            [GuardedBy("exitLock")] private readonly Shared<int> exitKind = new(0);
            private readonly IrqWork lockupWork;

            public Scx() => lockupWork = new IrqWork(OnLockup);

            [RunsIn(Context.HardIrq)]
            private void OnLockup() => Exit(2);

            [RunsIn(Context.Task)]
            public void Disable() => Exit(1);

        """;

    public override string Rule => "IRQ0208";

    public override string AsItWas => Scx + """
            private void Exit(int kind)
            {
                using ([|exitLock.LockIrqSave()|])
                {
                    exitKind.Write(kind);
                }
            }

            [RunsIn(Context.PseudoNmi)]
            public IrqReturn HardLockup(IntId irq)
            {
                Exit(2);
                return IrqReturn.Handled;
            }
        }
        """;

    public override string AsFixed => Scx + """
            private void Exit(int kind)
            {
                using (exitLock.LockIrqSave())
                {
                    exitKind.Write(kind);
                }
            }

            [RunsIn(Context.PseudoNmi)]
            public IrqReturn HardLockup(IntId irq)
            {
                lockupWork.Queue();
                return IrqReturn.Handled;
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var scx = new Scx();
                b.Cpus(1).Boot(() =>
                {
                    Nmi.ConnectIrqWork();
                    Nmi.Connect(scx.HardLockup);
                }).Source("perf", Nmi.Line, cpu: 0).Task(0, "disable", scx.Disable);
            }
        }
        """ + ScenarioParts.Nmi;

    public override Evidence Evidence => Evidence.Harm;
}

// GHES took it for granted that one source of NMIs exists: one lock and one mapping slot for SEA, SDEI and NMI, which can interrupt each other (linux-acpi, "APEI in_nmi()
// rework"). The rework gives each source its own.
public sealed class Thread_linux_acpi_one_lock_for_every_source_of_NMIs : RealBug
{
    public override string Rule => "IRQ0208";

    public override string AsItWas => """
        class Ghes
        {
            private readonly RawSpinLock nmiLock = new();
            [GuardedBy("nmiLock")] private readonly Shared<int> slot = new(0);

            [RunsIn(Context.SdeiNormal)]
            public void OnSdei()
            {
                [|nmiLock.Acquire()|];
                slot.Write(1);
                nmiLock.Release();
            }

            [RunsIn(Context.SyncException)]
            public void OnSea()
            {
                [|nmiLock.Acquire()|];
                slot.Write(2);
                nmiLock.Release();
            }
        }
        """;

    public override string AsFixed => """
        class Ghes
        {
            private readonly RawSpinLock sdeiLock = new();
            private readonly RawSpinLock seaLock = new();
            [GuardedBy("sdeiLock")] private readonly Shared<int> sdeiSlot = new(0);
            [GuardedBy("seaLock")] private readonly Shared<int> seaSlot = new(0);

            [RunsIn(Context.SdeiNormal)]
            public void OnSdei()
            {
                sdeiLock.Acquire();
                sdeiSlot.Write(1);
                sdeiLock.Release();
            }

            [RunsIn(Context.SyncException)]
            public void OnSea()
            {
                seaLock.Acquire();
                seaSlot.Write(2);
                seaLock.Release();
            }
        }
        """;
}
