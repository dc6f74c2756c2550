using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;
using Verify = IrqSafety.CodeFixes.Tests.Verification.Verify<IrqSafety.CodeFixes.IRQ0007CreateInInitialiserFix>;

namespace IrqSafety.CodeFixes.Tests;

/// <summary>IRQ0007: Create the lock in the initialiser of its field.</summary>
public sealed class IRQ0007CreateInInitialiserFixTests
{
    [Fact]
    public Task The_creation_moves_from_the_constructor_to_the_field() => Verify.Fixes(
        """
        using Kern;

        sealed class Its
        {
            private readonly Gate _lock; // commands
            private readonly int _size;

            public Its(int size)
            {
                this._lock = [|new Gate("its")|];
                _size = size;
            }

            public override string ToString() => $"{_lock}/{_size}";
        }
        """,
        """
        using Kern;

        sealed class Its
        {
            private readonly Gate _lock = new Gate("its"); // commands
            private readonly int _size;

            public Its(int size)
            {
                _size = size;
            }

            public override string ToString() => $"{_lock}/{_size}";
        }
        """);

    [Fact]
    public Task Properties_statics_and_fields_declared_together_are_fixed_in_one_step() => Verify.FixesAll(
        [
            """
            using Kern;

            sealed class Its
            {
                private readonly Gate _first, _second;
                private static readonly Gate s_all;

                static Its()
                {
                    s_all = [|new()|];
                }

                public Its()
                {
                    _first = [|new()|];
                    _second = [|new()|];
                    Maps = [|new()|];
                }

                public Gate Maps { get; }

                public override string ToString() => $"{_first}{_second}{s_all}";
            }
            """,
        ],
        [
            """
            using Kern;

            sealed class Its
            {
                private readonly Gate _first = new(), _second = new();
                private static readonly Gate s_all = new();

                static Its()
                {
                }

                public Its()
                {
                }

                public Gate Maps { get; } = new();

                public override string ToString() => $"{_first}{_second}{s_all}";
            }
            """,
        ],
        FixAllScope.Document);

    [Theory]
    [InlineData("if (size > 0) { _lock = [|new()|]; }")]
    [InlineData("_lock = [|new($\"its{size}\")|];")]
    [InlineData("_lock = [|new()|]; if (size > 1) { _lock = other; }")]
    [InlineData("var made = [|new Gate()|]; _lock = made;")]
    [InlineData("Other = other; Other._lock = other; _lock = [|new()|];")]
    public Task It_stays_where_the_constructor_decides(string body) => Verify.OffersNothing($$"""
        using Kern;

        sealed class Its
        {
            private Gate _lock;
            private Its Other;

            public Its(int size, dynamic other)
            {
                {{body}}
            }

            public override string ToString() => $"{_lock}{Other}";
        }
        """);

    [Fact]
    public Task It_stays_in_a_struct_and_in_a_property_with_code() => Verify.OffersNothing("""
        using Kern;

        struct Its
        {
            public Gate Lock;

            public Its(int size)
            {
                _ = size;
                Lock = [|new()|];
            }
        }

        sealed class Port
        {
            private Gate _lock = new();

            public Port()
            {
                Lock = [|new()|];
            }

            public Gate Lock
            {
                get => _lock;
                set => _lock = value;
            }
        }
        """);
}
