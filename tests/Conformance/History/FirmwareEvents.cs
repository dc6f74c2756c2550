using IrqSafety.Rules;

namespace IrqSafety.Conformance.Tests.History;

// The SDEI driver's freeze resets the interface; the hotplug callbacks read "frozen" without the list lock and saved, over what was saved before, the
// state of events that had just been reset (arm_sdei, version 4 of the series).
public sealed class Thread_arm_sdei_v4_frozen_read_without_the_list_lock : RealBug
{
    private const string Freeze = """

            [RunsIn(Context.Task)]
            public void DeviceFreeze()
            {
                using (listLock.Lock())
                {
                    frozen.Write(true);
                }
            }
        }
        """;

    public override string Rule => "IRQ0111";

    public override string AsItWas => """
        class SdeiDriver
        {
            private readonly SpinLock listLock = new();
            [GuardedBy("listLock")] private readonly Shared<bool> frozen = new(false);
            [GuardedBy("listLock")] private readonly Shared<int> saved = new(0);

            [RunsIn(Context.Task)]
            public void CpuhpDown(int state)
            {
                if ([|frozen.Read()|])
                {
                    return;
                }

                using (listLock.Lock())
                {
                    saved.Write(state);
                }
            }
        """ + Freeze;

    public override string AsFixed => """
        class SdeiDriver
        {
            private readonly SpinLock listLock = new();
            [GuardedBy("listLock")] private readonly Shared<bool> frozen = new(false);
            [GuardedBy("listLock")] private readonly Shared<int> saved = new(0);

            [RunsIn(Context.Task)]
            public void CpuhpDown(int state)
            {
                using (listLock.Lock())
                {
                    if (!frozen.Read())
                    {
                        saved.Write(state);
                    }
                }
            }
        """ + Freeze;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var sdei = new SdeiDriver();
                b.Cpus(2).Task(0, "hibernate", sdei.DeviceFreeze).Task(1, "cpuhp", () => sdei.CpuhpDown(1));
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// kgdb installed and removed its trap handlers outside the registration lock: a trap between the two found no I/O operations.
public sealed class Thread_kgdb_io_register_outside_the_lock : RealBug
{
    private const string Core = """
        class KgdbCore
        {
            private readonly SpinLock registrationLock = new();
            [GuardedBy("registrationLock")] private readonly Shared<string?> ioOps = new(null);
            [GuardedBy("registrationLock")] private readonly Shared<bool> ioModuleRegistered = new(false);

        """;

    public override string Rule => "IRQ0111";

    public override string AsItWas => Core + """
            public int RegisterIoModule(string ops)
            {
                registrationLock.Acquire();
                if (ioOps.Read() is not null)
                {
                    registrationLock.Release();
                    return -16;
                }

                ioOps.Write(ops);
                registrationLock.Release();
                RegisterCallbacks();
                return 0;
            }

            public void UnregisterIoModule()
            {
                UnregisterCallbacks();
                registrationLock.Acquire();
                ioOps.Write(null);
                registrationLock.Release();
            }

            private void RegisterCallbacks() => [|ioModuleRegistered.Write(true)|];

            private void UnregisterCallbacks() => [|ioModuleRegistered.Write(false)|];
        }
        """;

    public override string AsFixed => Core + """
            public int RegisterIoModule(string ops)
            {
                registrationLock.Acquire();
                if (ioOps.Read() is not null)
                {
                    registrationLock.Release();
                    return -16;
                }

                ioOps.Write(ops);
                RegisterCallbacks();
                registrationLock.Release();
                return 0;
            }

            public void UnregisterIoModule()
            {
                registrationLock.Acquire();
                UnregisterCallbacks();
                ioOps.Write(null);
                registrationLock.Release();
            }

            private void RegisterCallbacks() => ioModuleRegistered.Write(true);

            private void UnregisterCallbacks() => ioModuleRegistered.Write(false);
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var kgdb = new KgdbCore();
                b.Cpus(2).Task(0, "load", () => kgdb.RegisterIoModule("kgdboc")).Task(1, "unload", kgdb.UnregisterIoModule);
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// Hibernation unregisters the shared events: sdei_unregister_shared() holds sdei_list_lock to walk the list, and _sdei_event_unregister() takes it again to
// clear the flags, which hibernation wants to keep. The fix leaves the flags to the callers.
public sealed class Linux_6ded0b61cf63_sdei_list_lock_taken_twice_on_hibernate : RealBug
{
    private const string Client = """
        class SdeiClient
        {
            private readonly Mutex eventsLock = new();
            private readonly SpinLock listLock = new();
            [GuardedBy("listLock")] private readonly Shared<bool> reregister = new(true);
            private readonly Shared<bool> registered = new(true);

            [RunsIn(Context.Task)]
            public void DeviceFreeze()
            {
                using (eventsLock.Lock())
                {
                    UnregisterShared();
                }
            }

            private void UnregisterShared()
            {
                using (listLock.Lock())
                {
                    DoUnregister();
                }
            }

        """;

    public override string Rule => "IRQ0103";

    public override string AsItWas => Client + """
            [RunsIn(Context.Task)]
            public void EventUnregister()
            {
                using (eventsLock.Lock())
                {
                    DoUnregister();
                }
            }

            private void DoUnregister()
            {
                using ([|listLock.Lock()|])
                {
                    reregister.Write(false);
                }

                registered.WriteOnce(false);
            }
        }
        """;

    public override string AsFixed => Client + """
            [RunsIn(Context.Task)]
            public void EventUnregister()
            {
                using (eventsLock.Lock())
                {
                    using (listLock.Lock())
                    {
                        reregister.Write(false);
                    }

                    DoUnregister();
                }
            }

            private void DoUnregister() => registered.WriteOnce(false);
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var client = new SdeiClient();
                b.Cpus(1).Task(0, "hibernate", client.DeviceFreeze);
            }
        }
        """;

    public override Evidence Evidence => Evidence.Harm;
}

// The callback that registers the private events of a CPU on its way up takes sdei_list_lock, a spinlock_t, in the STARTING section, where interrupts are off.
// The fix moves it to the online section.
public sealed class Linux_d2c48b2387eb_sdei_list_lock_sleeps_in_a_starting_callback : RealBug
{
    public override string Rule => "IRQ0110";

    public override string AsItWas => """
        class SdeiClient
        {
            private readonly SpinLock listLock = new();
            [GuardedBy("listLock")] private readonly Shared<bool> reregister = new(true);

            [RunsIn(Context.Task)]
            public void Probe() => CpuHotplug.SetupState("firmware/arm_sdei:starting", CpuUp, null);

            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            private void CpuUp(CpuId cpu)
            {
                using ([|listLock.Lock()|])
                {
                    if (reregister.Read())
                    {
                        Sdei.UnmaskLocalCpu();
                    }
                }
            }
        }
        """;

    public override string AsFixed => """
        class SdeiClient
        {
            private readonly SpinLock listLock = new();
            [GuardedBy("listLock")] private readonly Shared<bool> reregister = new(true);

            [RunsIn(Context.Task)]
            public void Probe() => CpuHotplug.SetupOnlineState("firmware/arm_sdei:online", CpuUp, null, out _);

            [RunsIn(Context.Task, Within = Section.CpuOnline)]
            private Errno CpuUp(CpuId cpu)
            {
                using (listLock.Lock())
                {
                    if (reregister.Read())
                    {
                        Sdei.UnmaskLocalCpu();
                    }
                }

                return Errno.Ok;
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var client = new SdeiClient();
                b.Cpus(1).Task(0, "probe", client.Probe);
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// EL3 dispatcher: an error path released the lock of a shared event and went on to the release at the end.
public sealed class TfA_611eb9cfa_map_lock_released_twice : RealBug
{
    public override string Rule => "IRQ0105";

    public override string AsItWas => """
        class SharedEvent
        {
            private readonly RawSpinLock mapLock = new();
            [GuardedBy("mapLock")] private readonly Shared<int> state = new(0);

            public int Unregister()
            {
                int ret = 0;
                mapLock.Acquire();
                if (state.Read() == 0)
                {
                    mapLock.Release();
                    ret = -3;
                }
                else
                {
                    state.Write(0);
                }

                [|mapLock.Release()|];
                return ret;
            }
        }
        """;

    public override string AsFixed => """
        class SharedEvent
        {
            private readonly RawSpinLock mapLock = new();
            [GuardedBy("mapLock")] private readonly Shared<int> state = new(0);

            public int Unregister()
            {
                int ret = 0;
                mapLock.Acquire();
                if (state.Read() == 0)
                {
                    ret = -3;
                }
                else
                {
                    state.Write(0);
                }

                mapLock.Release();
                return ret;
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var shared = new SharedEvent();
                b.Cpus(1).Task(0, "client", () => shared.Unregister());
            }
        }
        """;

    public override Evidence Evidence => Evidence.Harm;
}

// The same commit: completing an event changed its state before the lock was taken.
public sealed class TfA_611eb9cfa_event_completed_outside_the_map_lock : RealBug
{
    private const string Register = """
            public void Register()
            {
                mapLock.Acquire();
                state.Write(1);
                mapLock.Release();
            }
        }
        """;

    public override string Rule => "IRQ0111";

    public override string AsItWas => """
        class SharedEvent
        {
            private readonly RawSpinLock mapLock = new();
            [GuardedBy("mapLock")] private readonly Shared<int> state = new(2);
            private readonly Shared<int> pending = new(1);

            public void Complete()
            {
                [|state.Write(1)|];
                mapLock.Acquire();
                pending.Write(0);
                mapLock.Release();
            }

        """ + Register;

    public override string AsFixed => """
        class SharedEvent
        {
            private readonly RawSpinLock mapLock = new();
            [GuardedBy("mapLock")] private readonly Shared<int> state = new(2);
            private readonly Shared<int> pending = new(1);

            public void Complete()
            {
                mapLock.Acquire();
                state.Write(1);
                pending.Write(0);
                mapLock.Release();
            }

        """ + Register;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var shared = new SharedEvent();
                b.Cpus(2).Task(0, "dispatcher", shared.Complete).Task(1, "client", shared.Register);
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// GHES walks its error records under a spin lock with interrupts off; the callback for CXL records takes the device's mutex. Found by Smatch
// (linux-acpi, February 2024). The fix copies the record and schedules work.
public sealed class Thread_linux_acpi_2024_ghes_callback_sleeps_under_the_notify_lock : RealBug
{
    private const string Ghes = """
        class Ghes
        {
            private readonly RawSpinLock notifyLock = new();
            private readonly Mutex deviceLock = new();
            private readonly WaitQueue work = new();
            private readonly Shared<int> record = new(0);

            [RunsIn(Context.HardIrq)]
            public IrqReturn NotifyIrq(IntId irq)
            {
                IrqFlags flags = notifyLock.AcquireIrqSave();
                PostCxlEvent(1);
                notifyLock.ReleaseIrqRestore(flags);
                return IrqReturn.Handled;
            }

        """;

    private const string Setup = """

            [RunsIn(Context.Task)]
            public void Probe()
            {
                if (Irq.RequestPercpuIrq(IntId.Ppi(9), NotifyIrq, "ghes") == Errno.Ok)
                {
                    using (Preemption.Off())
                    {
                        Irq.EnablePercpuIrq(IntId.Ppi(9));
                    }
                }
            }

            [MayBlock]
            private void HandleCper(int severity)
            {
                using (deviceLock.Lock())
                {
                }
            }
        }
        """;

    public override string Rule => "IRQ0116";

    public override string AsItWas => Ghes + """
            private void PostCxlEvent(int severity) => [|HandleCper(severity)|];

            [RunsIn(Context.Task)]
            public void Poll() => work.WakeUp();
        """ + Setup;

    public override string AsFixed => Ghes + """
            private void PostCxlEvent(int severity)
            {
                record.WriteOnce(severity);
                work.WakeUp();
            }

            [RunsIn(Context.Task)]
            public void CxlWork()
            {
                work.Wait(() => record.ReadOnce() != 0);
                HandleCper(record.ReadOnce());
            }
        """ + Setup;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var ghes = new Ghes();
                b.Cpus(1).Boot(ghes.Probe).Source("error", IntId.Ppi(9), cpu: 0);
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}
