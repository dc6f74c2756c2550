using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0117HeldLockInitialisedTests
{
    [Fact]
    public Task Reported_in_one_method_and_in_one_called_with_the_lock_held() => Verify.Reported("IRQ0117", """
        class Ring
        {
            private readonly SpinLock ringLock = new();

            public void Reset()
            {
                ringLock.Acquire();
                Clear();
                ringLock.Release();
            }

            private void Clear() => [|ringLock.Initialise()|];
        }
        """,
        "'KernelLock.Initialise' initialises 'Ring.ringLock', which 'Reset' holds, reached via Reset → Clear. Initialise a lock once, before others can take it.");

    [Fact]
    public Task Reported_for_an_own_operation_that_frees_what_contains_the_lock() => Verify.Reported("IRQ0117", """
        class Session
        {
            private readonly Mutex sessionLock = new();

            public void End()
            {
                using (sessionLock.Lock())
                {
                    [|Free(sessionLock)|];
                }
            }

            [Initialises("contained")]
            private static void Free(Mutex contained)
            {
            }
        }
        """);

    [Fact]
    public Task Valid_before_and_after_the_section_and_for_another_lock() => Verify.Valid("""
        class Ring
        {
            private readonly SpinLock ringLock = new();
            private readonly SpinLock spare = new();

            public void Start()
            {
                ringLock.Initialise();
                ringLock.Acquire();
                spare.Initialise();
                ringLock.Release();
                ringLock.Initialise();
            }

            public void Each(Ring[] all)
            {
                foreach (Ring one in all)
                {
                    one.ringLock.Initialise();
                    one.ringLock.Acquire();
                    one.ringLock.Release();
                }
            }
        }
        """);
}
