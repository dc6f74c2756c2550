using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Constructs;

/// <summary>
/// Where a lock can be: in a field, a property, a parameter, an element, a static, a variable. One path of names is one lock for as long as none of
/// its parts changes.
/// </summary>
public sealed class PlaceTests
{
    [Fact]
    public Task Reported_twice_by_the_same_path() => Verify.Reported("IRQ0103", """
        sealed class Device { public RawSpinLock Lock { get; } = new(); public readonly RawSpinLock Field = new(); }

        class Places(Device primary)
        {
            static readonly RawSpinLock Global = new();
            readonly RawSpinLock own = new();
            readonly RawSpinLock[] slots = [new("slot"), new("slot")];
            readonly Device device = new();

            public void Field() { own.Acquire(); [|own.Acquire()|]; own.Release(); own.Release(); }
            public void Property() { device.Lock.Acquire(); [|device.Lock.Acquire()|]; device.Lock.Release(); device.Lock.Release(); }
            public void Primary() { primary.Field.Acquire(); [|primary.Field.Acquire()|]; primary.Field.Release(); primary.Field.Release(); }
            public void Parameter(Device given) { given.Lock.Acquire(); [|given.Lock.Acquire()|]; given.Lock.Release(); given.Lock.Release(); }
            public static void Static() { Global.Acquire(); [|Global.Acquire()|]; Global.Release(); Global.Release(); }
            public void Element(int i) { slots[i].Acquire(); [|slots[i].Acquire()|]; slots[i].Release(); slots[i].Release(); }
            public void Variable() { RawSpinLock alias = own; alias.Acquire(); [|own.Acquire()|]; own.Release(); alias.Release(); }
            public void Copy(Device given) { Device same = given; same.Lock.Acquire(); [|given.Lock.Acquire()|]; given.Lock.Release(); same.Lock.Release(); }
        }
        """);

    [Fact]
    public Task Valid_other_keys_in_subclasses_and_other_objects_in_turn() => Verify.Valid("""
        sealed class Device { public RawSpinLock Lock { get; } = new(); }

        class Others
        {
            readonly RawSpinLock[] slots = [new("slot"), new("slot")];

            public void InTurn(Device a, Device b) { a.Lock.Acquire(); a.Lock.Release(); b.Lock.Acquire(); b.Lock.Release(); }
            public void Keys(int i) { slots[0].Acquire(); slots[i].AcquireNested(1); slots[i].Release(); slots[0].Release(); }
            public void Moved(Device a, Device b) { Device now = a; now.Lock.Acquire(); now.Lock.Release(); now = b; now.Lock.Acquire(); now.Lock.Release(); }
            public void Each(Device[] all) { for (int i = 0; i < all.Length; i++) { all[i].Lock.Acquire(); all[i].Lock.Release(); } }
        }
        """);

    [Fact]
    public Task Reported_in_constructors_initialisers_and_accessors() => Verify.Reported("IRQ0103", """
        class Members
        {
            static readonly RawSpinLock Global = new();
            readonly RawSpinLock own = new();
            readonly int[] made = [Take(), 2];
            int value;

            public Members() { own.Acquire(); Set(); own.Release(); }
            static Members() { Global.Acquire(); [|Global.Acquire()|]; Global.Release(); Global.Release(); }

            public int Value
            {
                get { own.Acquire(); [|own.Acquire()|]; own.Release(); own.Release(); return value; }
                set { using (own.Lock()) { using ([|own.Lock()|]) { this.value = value; } } }
            }

            void Set() { [|own.Acquire()|]; own.Release(); }
            static int Take() { using (Global.Lock()) { return 1; } }
        }
        """);

    [Fact]
    public Task Reported_through_a_property_of_the_type_that_takes_the_lock() => Verify.Reported("IRQ0103", """
        class Counter
        {
            readonly RawSpinLock own = new();
            int count;

            public int Count { get { using ([|own.Lock()|]) { return count; } } }
            public int Twice() { using (own.Lock()) { return Count * 2; } }
        }
        """);

    [Fact]
    public Task Ref_and_out_write_what_they_are_given() => Verify.Reported("IRQ0104", """
        class Given
        {
            readonly RawSpinLock own = new();

            public void Flag(bool wanted)
            {
                bool held = false;
                if (wanted) { own.Acquire(); held = true; }
                Keep(ref held);
                if (held) { own.Release(); }
            }

            public void Lost(bool wanted)
            {
                if (wanted) { [|own.Acquire()|]; }
                Decide(out wanted);
                if (wanted) { own.Release(); }
            }

            static void Keep(ref bool held) { }
            static void Decide(out bool wanted) => wanted = Environment.ProcessorCount > 1;
        }
        """.Replace("Keep(ref held);", "Keep(in held);").Replace("static void Keep(ref bool held)", "static void Keep(in bool held)"));

    [Fact]
    public Task Collection_expressions_and_initialisers_are_evaluated_in_order() => Verify.Reported("IRQ0103", """
        using System.Collections.Generic;

        class Collections
        {
            readonly RawSpinLock own = new();

            public int[] Array() { own.Acquire(); int[] all = [1, [|Inner()|], 3]; own.Release(); return all; }
            public List<int> Made() { own.Acquire(); List<int> all = new() { [|Inner()|] }; own.Release(); return all; }
            public int[] After() { own.Acquire(); own.Release(); return [Inner(), .. new[] { Inner() }]; }
            int Inner() { own.Acquire(); own.Release(); return 1; }
        }
        """.Replace("[|Inner()|]", "Inner()").Replace("int Inner() { own.Acquire();", "int Inner() { [|own.Acquire()|];"));
}
