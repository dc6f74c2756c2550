using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary><c>docs/from-c.md</c> against the runtime: every operation is in it, and everything in it exists.</summary>
public partial class FromCTests
{
    private const string Page = "docs/from-c.md";
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<string, Type> s_types = typeof(RawSpinLock).Assembly.GetExportedTypes()
        .GroupBy(type => PlainName(type))
        .ToDictionary(group => group.Key, group => group.First());

    /// <summary>Members of public types that carry a contract: the operations a kernel engineer calls.</summary>
    public static TheoryData<string> EachOperation =>
    [
        .. s_types.Values
            .SelectMany(type => type.GetMembers(Declared))
            .Where(member => member is MethodInfo { IsSpecialName: false } or PropertyInfo && HasContract(member))
            .Select(member => $"{PlainName(member.DeclaringType!)}.{member.Name}")
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Kernel functions that the library's own documentation names as what an operation models.</summary>
    public static TheoryData<string> EachKernelFunctionModelled =>
    [
        .. Modelled().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "IrqSafety.Runtime.xml")))
            .Select(match => match.Groups[1].Value)
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(EachOperation))]
    public void Every_operation_of_the_model_is_on_the_page(string operation) => Assert.Contains(operation, ModelNames());

    [Theory]
    [MemberData(nameof(EachKernelFunctionModelled))]
    public void Every_kernel_function_the_library_models_is_on_the_page(string function) => Assert.Contains(function, KernelNames());

    // What the debug IPI's files (arch/arm64/kernel/smp.c, kernel/irq/manage.c and what they call) use.
    [Theory]
    [InlineData("request_percpu_nmi prepare_percpu_nmi enable_percpu_nmi disable_percpu_nmi teardown_percpu_nmi free_percpu_nmi")]
    [InlineData("request_nmi enable_nmi disable_nmi_nosync free_nmi")]
    [InlineData("request_percpu_irq enable_percpu_irq disable_percpu_irq free_percpu_irq request_irq enable_irq disable_irq free_irq")]
    [InlineData("local_irq_save local_irq_restore local_irq_disable local_irq_enable irqs_disabled")]
    [InlineData("local_daif_save_flags local_daif_save local_daif_mask local_daif_restore local_daif_inherit")]
    [InlineData("raw_spin_lock raw_spin_unlock raw_spin_lock_irq raw_spin_unlock_irq raw_spin_lock_irqsave raw_spin_unlock_irqrestore raw_spin_trylock raw_spin_trylock_irqsave")]
    [InlineData("spin_lock spin_unlock spin_lock_irq spin_unlock_irq spin_lock_irqsave spin_unlock_irqrestore spin_trylock spin_trylock_irqsave")]
    [InlineData("irq_work_queue irq_work_run wake_up complete printk printk_deferred kmalloc kfree")]
    [InlineData("smp_call_function_many smp_call_function_single smp_cross_call smp_send_stop crash_smp_send_stop smp_processor_id")]
    [InlineData("preempt_disable preempt_enable get_cpu put_cpu in_nmi cpu_relax cpuhp_setup_state sdei_mask_local_cpu")]
    [InlineData("set_smp_ipi_range ipi_setup ipi_teardown arch_trigger_cpumask_backtrace kgdb_roundup_cpus")]
    [InlineData("this_cpu_read this_cpu_write READ_ONCE WRITE_ONCE nmi_enter nmi_exit system_uses_irq_prio_masking")]
    [InlineData("ICC_IAR1_EL1 ICC_EOIR1_EL1 ICC_DIR_EL1 ICC_PMR_EL1 ICC_RPR_EL1 ICC_CTLR_EL1 ICC_SGI1R_EL1 ICC_IGRPEN1_EL1 ICC_BPR1_EL1")]
    public void The_kernel_functions_of_the_debug_IPI_are_on_the_page(string functions) =>
        Assert.All(functions.Split(' '), function => Assert.Contains(function, KernelNames()));

    [Fact]
    public void Everything_the_page_names_exists() => Assert.All(ModelNames(), name => Assert.True(Exists(name), $"the runtime has no '{name}'"));

    private static bool Exists(string name)
    {
        string[] parts = name.Split('.');
        return s_types.TryGetValue(parts[0], out Type? type)
            && (parts.Length == 1 || (parts[1] == "new" ? type.GetConstructors().Length > 0 : type.GetMember(parts[1], Declared | BindingFlags.FlattenHierarchy).Length > 0));
    }

    private static bool HasContract(MemberInfo member) => member.GetCustomAttributesData().Any(IsContract)
        || (member is MethodInfo method && (method.GetParameters().Any(parameter => parameter.GetCustomAttributesData().Any(IsContract)) || method.ReturnParameter.GetCustomAttributesData().Any(IsContract)));

    private static bool IsContract(CustomAttributeData attribute) => attribute.AttributeType.Namespace == "IrqSafety.Contracts";

    private static string PlainName(Type type) => type.Name.Split('`')[0];

    // Rows are | Linux | Model | Differences |; names stand in code font.
    private static HashSet<string> KernelNames() => Column(1).SelectMany(cell => CodeName().Matches(cell)).Select(match => match.Groups[1].Value).ToHashSet();

    private static HashSet<string> ModelNames() => Column(2).SelectMany(cell => ModelName().Matches(cell)).Select(match => match.Groups[1].Value).ToHashSet();

    private static IEnumerable<string> Column(int number) => Repository.Read(Page).Split('\n')
        .Where(line => line.StartsWith('|') && !line.StartsWith("|-", StringComparison.Ordinal) && !line.StartsWith("| Linux", StringComparison.Ordinal))
        .Select(line => line.Split('|'))
        .Select(cells => cells[number]);

    [GeneratedRegex(@"`(\w+)(?:\(\))?`")]
    private static partial Regex CodeName();

    [GeneratedRegex(@"`([A-Z]\w*(?:\.\w+)?)(?:<\w+>)?(?:\([^`]*\))?`")]
    private static partial Regex ModelName();

    [GeneratedRegex(@"<summary>\s*<c>([a-z]\w+)(?:\([^<]*\))?</c>")]
    private static partial Regex Modelled();
}
