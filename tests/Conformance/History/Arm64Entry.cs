namespace IrqSafety.Conformance.Tests.History;

// nmi_enter() stood in handle_domain_nmi(), after the tracing of interrupts that the entry code calls: lockdep and the tracers took the NMI for what it had
// interrupted. "arm64: Fix interrupt tracing in the presence of NMIs" enters the NMI at the vector.
public sealed class Linux_17ce302f3117_traced_code_before_nmi_enter : RealBug
{
    private const string Hooks = """
        class Entry
        {
            [PrecededBy("nmi-enter")]
            private static void TraceHardirqsOff() { }

            [Step("nmi-enter")]
            private static void NmiEnter() => NmiContext.Enter();

            private static void NmiExit() => NmiContext.Exit();

            private static void HandleArchIrq() { }

        """;

    public override string Rule => "IRQ0319";

    public override string AsItWas => Hooks + """
            [RunsIn(Context.PseudoNmi)]
            public void El1Irq()
            {
                [|TraceHardirqsOff()|];
                NmiEnter();
                HandleArchIrq();
                NmiExit();
            }
        }
        """;

    public override string AsFixed => Hooks + """
            [RunsIn(Context.PseudoNmi)]
            public void El1Irq()
            {
                NmiEnter();
                TraceHardirqsOff();
                HandleArchIrq();
                NmiExit();
            }
        }
        """;
}

// With pseudo-NMIs every entry from user space has to say in PMR that PSTATE.I masks (GIC_PRIO_PSR_I_SET), or the flags saved next are wrong. The system calls of
// 32-bit programs had an entry of their own, which was forgotten. "arm64: compat: Always set GIC_PRIO_PSR_I_SET during entry" in our words.
public sealed class Thread_arm64_el0_svc_compat_without_PSR_I_SET : RealBug
{
    private const string Kernel = """
        class Entry
        {
            [Step("psr-i-set")]
            private static void GicPrioKentrySetup() => Icc.WritePmr(Pmr.IrqOnPsrISet);

            [PrecededBy("psr-i-set")]
            private static void UserExitIrqoff() { }

            public void El0Svc()
            {
                GicPrioKentrySetup();
                UserExitIrqoff();
            }

        """;

    public override string Rule => "IRQ0319";

    public override string AsItWas => Kernel + """
            public void El0SvcCompat() => [|UserExitIrqoff()|];
        }
        """;

    public override string AsFixed => Kernel + """
            public void El0SvcCompat()
            {
                GicPrioKentrySetup();
                UserExitIrqoff();
            }
        }
        """;
}

// An NMI that interrupted code with interrupts on told lockdep that they are off and did not put back what lockdep had known: after it the interrupted code was
// taken for a section with interrupts off. "arm64: entry: fix NMI {user, kernel}->kernel transitions".
public sealed class Linux_f0cd5ac1e4c5_lockdep_state_not_restored_after_an_NMI : RealBug
{
    private const string Hooks = """
        class Entry
        {
            [FollowedBy("lockdep-restored")]
            private static void LockdepHardirqsOff() { }

            [Step("lockdep-restored")]
            private static void LockdepHardirqsRestore(bool on) { }

            private static bool LockdepHardirqsEnabled() => Environment.TickCount > 0;

            private static void Handle() { }

        """;

    public override string Rule => "IRQ0319";

    public override string AsItWas => Hooks + """
            [RunsIn(Context.PseudoNmi)]
            public void El1Nmi()
            {
                NmiContext.Enter();
                [|LockdepHardirqsOff()|];
                Handle();
                NmiContext.Exit();
            }
        }
        """;

    public override string AsFixed => Hooks + """
            [RunsIn(Context.PseudoNmi)]
            public void El1Nmi()
            {
                bool on = LockdepHardirqsEnabled();
                NmiContext.Enter();
                LockdepHardirqsOff();
                Handle();
                NmiContext.Exit();
                LockdepHardirqsRestore(on);
            }
        }
        """;
}
