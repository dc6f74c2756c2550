using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Contracts;

/// <summary>The class of a lock is the same text for the analyzer, which reads the field, and at run time, where the lock knows who created it.</summary>
public sealed class LockIdentityTests
{
    private const string Source = """
        using System.Collections.Generic;
        using IrqSafety.Contracts;
        using IrqSafety.Runtime;

        [assembly: DeclareLockClass("ap_list_lock", LockKind.RawSpin)]

        namespace Arch.Gic
        {
            public class Distributor
            {
                public readonly RawSpinLock plain = new();
                public static readonly SpinLock shared = new();
                public readonly Mutex named = new("as it is called");
                public readonly RawSpinLock[] slots = [new("slot"), new("slot")];
                public readonly List<RwLock> maps = [new(), new()];
                [LockClass(Alias = "ap_list_lock")] public readonly RawSpinLock list = new();
                [LockClass(Level = 20)] public readonly SeqLock clock = new();
                public KernelLock any = new RtMutex();
                public RwSemaphore Property { get; } = new();
                public readonly RawSpinLock[] made = System.Array.ConvertAll(new[] { 1, 2 }, cpu => new RawSpinLock("cpu" + cpu));
                public readonly RawSpinLock told;
                [LockClass(Alias = "ap_list_lock")] public readonly RawSpinLock byAlias;
                public RawSpinLock ToldProperty { get; }
                public RawSpinLock late;
                public RawSpinLock Late => late ??= new(nameof(late));
                public RawSpinLock Fresh => new("not a member");

                public Distributor()
                {
                    told = new(nameof(told));
                    byAlias = new("ap_list_lock");
                    ToldProperty = new(nameof(ToldProperty));
                }

                public class Nested<T>
                {
                    public readonly LocalLock inner = new();
                    public readonly SrcuDomain domain = new();
                }
            }

            public record struct Pair(int Number)
            {
                public readonly RawSpinLock ofStruct = new();
            }
        }
        """;

    [Fact]
    public void Analyzer_and_run_time_agree()
    {
        CSharpCompilation compilation = TestCompilation.Of([Source]);
        using var image = new MemoryStream();
        Assert.True(compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);
        var assembly = Assembly.Load(image.ToArray());
        ContractedCompilation contracts = ContractedCompilation.TryCreate(compilation, new AnalyzerOptions([]), CancellationToken.None)!;

        Type[] types = [assembly.GetType("Arch.Gic.Distributor")!, assembly.GetType("Arch.Gic.Distributor+Nested`1")!.MakeGenericType(typeof(string)), assembly.GetType("Arch.Gic.Pair")!];
        int compared = 0;
        foreach (Type type in types)
        {
            object instance = type.Name == "Pair" ? Activator.CreateInstance(type, 1)! : Activator.CreateInstance(type)!;
            INamedTypeSymbol symbol = compilation.GetTypeByMetadataName((type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type).FullName!)!;
            type.GetProperty("Late")?.GetValue(instance);
            foreach (MemberInfo member in type.GetMembers().Where(one => one is FieldInfo or PropertyInfo && one.Name != "Late"))
            {
                object? value = member is FieldInfo field ? field.GetValue(instance) : ((PropertyInfo)member).GetValue(instance);
                foreach (KernelLock @lock in value as IEnumerable<KernelLock> ?? (value is KernelLock one ? [one] : []))
                {
                    ISymbol declared = symbol.GetMembers(member.Name).Single();
                    INamedTypeSymbol lockType = compilation.GetTypeByMetadataName(@lock.GetType().FullName!)!;
                    Assert.Equal(contracts.Locks.Of(declared, lockType)!.Name, @lock.Class.Name);
                    Assert.Equal(contracts.Locks.Of(declared, lockType)!.Level, @lock.Class.Level);
                    Assert.False(@lock.Class.OfOneLock);
                    compared++;
                }
            }
        }

        Assert.Equal(21, compared);
    }

    [Fact]
    public void A_class_is_a_documentation_ID_an_alias_or_what_the_lock_is_called_and_its_name_is_short()
    {
        Assert.Equal(("F:IrqSafety.Analyzers.Tests.Contracts.LockIdentityTests._field", "_field"), (_field.Class.Name, _field.Name));
        Assert.Equal(("F:IrqSafety.Analyzers.Tests.Contracts.LockIdentityTests._called", "called"), (_called.Class.Name, _called.Name));
        var inAVariable = new RawSpinLock("variable");
        Assert.Equal(("variable", false), (inAVariable.Class.Name, inAVariable.Class.OfOneLock));
        Assert.True(new RawSpinLock().Class.OfOneLock);
    }

    private readonly RawSpinLock _field = new();
    private readonly RawSpinLock _called = new("called");
}
