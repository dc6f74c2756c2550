using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.History;

// The SDEI driver's freeze resets the interface; the hotplug callbacks read "frozen" without the list lock and saved, over what was saved before, the
// state of events that had just been reset (arm_sdei, version 4 of the series).
public sealed class Thread_arm_sdei_v4_frozen_read_without_the_list_lock
{
    private const string Freeze = """

            [RunsIn(Context.Task)]
            public void DeviceFreeze()
            {
                using (listLock.Lock())
                {
                    frozen = true;
                }
            }
        }
        """;

    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0111", """
        class Sdei
        {
            private readonly SpinLock listLock = new();
            [GuardedBy("listLock")] private bool frozen;
            [GuardedBy("listLock")] private int saved;

            [RunsIn(Context.Task)]
            public void CpuhpDown(int state)
            {
                if ([|frozen|])
                {
                    return;
                }

                using (listLock.Lock())
                {
                    saved = state;
                }
            }
        """ + Freeze);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid("""
        class Sdei
        {
            private readonly SpinLock listLock = new();
            [GuardedBy("listLock")] private bool frozen;
            [GuardedBy("listLock")] private int saved;

            [RunsIn(Context.Task)]
            public void CpuhpDown(int state)
            {
                using (listLock.Lock())
                {
                    if (!frozen)
                    {
                        saved = state;
                    }
                }
            }
        """ + Freeze);
}

// kgdb installed and removed its trap handlers outside the registration lock: a trap between the two found no I/O operations.
public sealed class Thread_kgdb_io_register_outside_the_lock
{
    private const string Core = """
        class KgdbCore
        {
            private readonly SpinLock registrationLock = new();
            [GuardedBy("registrationLock")] private object? ioOps;
            [GuardedBy("registrationLock")] private bool ioModuleRegistered;

        """;

    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0111", Core + """
            public int RegisterIoModule(object ops)
            {
                registrationLock.Acquire();
                if (ioOps is not null)
                {
                    registrationLock.Release();
                    return -16;
                }

                ioOps = ops;
                registrationLock.Release();
                RegisterCallbacks();
                return 0;
            }

            public void UnregisterIoModule()
            {
                UnregisterCallbacks();
                registrationLock.Acquire();
                ioOps = null;
                registrationLock.Release();
            }

            private void RegisterCallbacks() => [|ioModuleRegistered|] = true;

            private void UnregisterCallbacks() => [|ioModuleRegistered|] = false;
        }
        """);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid(Core + """
            public int RegisterIoModule(object ops)
            {
                registrationLock.Acquire();
                if (ioOps is not null)
                {
                    registrationLock.Release();
                    return -16;
                }

                ioOps = ops;
                RegisterCallbacks();
                registrationLock.Release();
                return 0;
            }

            public void UnregisterIoModule()
            {
                registrationLock.Acquire();
                UnregisterCallbacks();
                ioOps = null;
                registrationLock.Release();
            }

            private void RegisterCallbacks() => ioModuleRegistered = true;

            private void UnregisterCallbacks() => ioModuleRegistered = false;
        }
        """);
}
