using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0319: order of operations not kept.</summary>
public sealed class IRQ0319StepOrderTests
{
    private const string Id = "IRQ0319";

    private const string Device = """
        static class Dev
        {
            [Step("unlocked")] public static void Unlock() { }
            [Step("locked")] public static void Lock() { }
            [PrecededBy("unlocked", Since = "locked")] public static void Poke() { }
            [FollowedBy("polled")] public static void Start() { }
            [FollowedBy("drained", Before = "off")] public static void Post() { }
            [Step("drained")] public static void Drain() { }
            [Step("off")] public static void Off() { }
            [Step("polled")] public static bool Poll() => true;
            [NotBefore("saved")] public static void Reset() { }
            [Step("saved")] public static void Save() { }
        }


        """;

    [Theory]
    [InlineData("Dev.Unlock(); Dev.Poke(); Dev.Poke(); Dev.Lock();")]
    [InlineData("Dev.Start(); while (!Dev.Poll()) { }")]
    [InlineData("Dev.Post(); Dev.Drain(); Dev.Off();")]
    [InlineData("Dev.Post();")]
    [InlineData("Dev.Save(); Dev.Reset();")]
    [InlineData("Dev.Reset();")]
    public Task In_order(string body) => Verify.Valid(Device + $$"""
        static class Driver
        {
            public static void Run() { {{body}} }
        }
        """);

    [Theory]
    [InlineData("[|Dev.Poke()|];", "'Dev.Poke' must be preceded by the step 'unlocked', which has not come")]
    [InlineData("Dev.Unlock(); Dev.Lock(); [|Dev.Poke()|];", "'Dev.Poke' must be preceded by the step 'unlocked', anew after 'Dev.Lock'")]
    [InlineData("[|Dev.Start()|];", "'Dev.Start' must be followed by the step 'polled', and 'Run' returns without it")]
    [InlineData("Dev.Post(); [|Dev.Off()|];", "'Dev.Off' comes before the step 'drained' that must follow 'Dev.Post'")]
    [InlineData("[|Dev.Reset()|]; Dev.Save();", "'Dev.Reset' comes before 'Dev.Save', which belongs first")]
    public Task Out_of_order(string body, string message) => Verify.Reported(Id, Device + $$"""
        static class Driver
        {
            public static void Run() { {{body}} }
        }
        """, message);

    [Fact]
    public Task On_some_path() => Verify.Reported(Id, Device + """
        static class Driver
        {
            public static void Run(bool locked)
            {
                if (!locked)
                {
                    Dev.Unlock();
                }

                [|Dev.Poke()|];
            }
        }
        """);

    [Fact]
    public Task A_method_that_never_returns_owes_nothing() => Verify.Valid(Device + """
        static class Driver
        {
            public static void Run()
            {
                Dev.Start();
                Processor.Panic("no");
            }
        }
        """);

    [Fact]
    public Task In_its_own_finally() => Verify.Valid(Device + """
        static class Driver
        {
            public static void Run(Action work)
            {
                Dev.Start();
                try
                {
                    work();
                }
                finally
                {
                    Dev.Poll();
                }
            }
        }
        """);
}
