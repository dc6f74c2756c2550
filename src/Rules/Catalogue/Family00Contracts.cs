using System.Collections.Generic;

namespace IrqSafety.Rules;

/// <summary>Family 00: contracts.</summary>
internal static class Family00Contracts
{
    public static IReadOnlyList<Law> Laws { get; } =
    [
        new(LawIds.ContractMalformed, "A contract can be read and does not contradict itself.", "A contract nobody can read protects nothing.", Shown.None, Evidence.None),
        new(LawIds.ContractLockExpression, "A contract names locks that exist and that whoever uses the contract can see.", "Clang's thread safety analysis (-Wthread-safety-attributes): an annotation whose argument is no lock protects nothing.", Shown.None, Evidence.None),
        new(LawIds.ContractLockClass, "A lock belongs to a class, which the analyzer and a run call the same.", "Linux Documentation/locking/lockdep-design.rst: the validator tracks classes, and INIT_LOCK with a non-static key ends in “trying to register non-static key”, which turns it off.", Shown.None, Evidence.None),
        new(LawIds.ContractContradictoryOrders, "Declarations of lock classes and of their order can all hold.", "Linux arch/arm64/kvm/vgic/vgic.c writes its lock order as a comment, which changed from version to version: two versions in one list order nothing.", Shown.None, Evidence.None),
        new(LawIds.ScenarioReplayable, "What a scenario runs is determined by its schedule.", "Stateless exploration runs a program again for every schedule: Shuttle and Coyote both look for non-determinism of the program first, because nothing they say holds where there is any.", Shown.None, Evidence.None),
        new(LawIds.HandlerContext, "What is registered as a handler says in which context it runs.", "The debug IPI: one handler, requested as an NMI or as an IRQ, decided at boot.", Shown.None, Evidence.None),
        new(LawIds.ContractUndeclared, "What a member does to locks, masks and the time of its callers, its declaration says.", "Linux Documentation/dev-tools/sparse.rst: __must_hold, __acquires and __releases stand on declarations, because callers in other files see nothing else.", Shown.None, Evidence.None),
        new(LawIds.ContractStricter, "What stands for a declaration asks for no more than it, gives no less, and does the same.", "Linux include/linux/irq.h: the callbacks of an irq_chip run with a raw lock held and interrupts off, which no type says; slow buses that slept there were given irq_bus_lock.", Shown.None, Evidence.None),
        new(LawIds.ContractDropped, "Who calls a delegate is told what the method behind it needs.", "Rust for Linux, klint: the context of a dynamic call is checked where the pointer is made, since it is not known afterwards.", Shown.None, Evidence.None),
        new(LawIds.DataContexts, "Data that a handler and the code it can interrupt both touch says how.", "Linux Documentation/memory-barriers.txt and include/linux/compiler.h: what is shared with an interrupt handler is accessed with READ_ONCE and WRITE_ONCE, under a lock, or per CPU.", Shown.None, Evidence.None),
        new(LawIds.DataRace, "Two accesses to shared data, one of which writes and one of which is plain, are ordered by a lock, a mask, or release and acquire.", "Linux tools/memory-model (the plain accesses of the LKMM) and Documentation/dev-tools/kcsan.rst: a compiler may tear, fuse or repeat a plain access.", Shown.Direct, Evidence.Breach),
        new(LawIds.DataAtomic, "Nobody comes between the accesses of code that is declared to be one step.", "Lu, Tucek, Qin and Zhou, AVIO: detecting atomicity violations via access interleaving invariants (ASPLOS 2006): four of the eight interleavings of three accesses have no serial equivalent.", Shown.Direct, Evidence.Breach),
        new(LawIds.DataGuardDeclared, "Data that one lock guards says so.", "Clang’s thread safety analysis (GUARDED_BY), and Linux’s __guarded_by: what a lock protects is otherwise known to its author alone, and the next one forgets it.", Shown.None, Evidence.None),
        new(LawIds.ContractUnknownCallee, "In a context that may interrupt a softirq, it is known of everything that is called what it does.", "What runs in an interrupt cannot be read off a signature: Linux keeps such lists by hand (noinstr, notrace, nmi_safe).", Shown.None, Evidence.None),
        new(LawIds.AnalysisBounded, "Silence means that every path was followed.", "A checker that gives up without saying so is believed to have looked.", Shown.None, Evidence.None),
        new(LawIds.AnalysisOption, "An option has one of the values it can have.", "A misspelt option that is ignored switches a check off unseen.", Shown.None, Evidence.None),
    ];

    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new("IRQ0001", "MalformedContract", LawIds.ContractMalformed, Tier.Live,
            "Contract cannot be read",
            "The contract on '{0}' cannot be used: {1}",
            NoFixBecause: "what was meant is not known"),
        new("IRQ0002", "HandlerContextNotDeclared", LawIds.HandlerContext, Tier.Live,
            "Registered handler does not declare its context",
            "'{0}' is registered to run in {1}, but does not declare it, so its body is not checked while you type. Add [RunsIn({2})] to it.",
            Fix: "Declare the context"),
        new("IRQ0003", "InferredContractNotDeclared", LawIds.ContractUndeclared, Tier.Live,
            "Inferred contract not declared",
            "'{0}' {1}, which its declaration does not say: callers elsewhere are judged without it. {2}.",
            Fix: "Declare the inferred contract")
        {
            Severity = Severity.Hidden,
        },
        new("IRQ0004", "StricterThanDeclaration", LawIds.ContractStricter, Tier.Live,
            "Contract stricter than its declaration",
            "'{0}' {1}. {2}.",
            Fix: "Make the declarations agree"),
        new("IRQ0005", "ContractDropped", LawIds.ContractDropped, Tier.Live,
            "Contract dropped at a conversion",
            "The contract of '{0}' is lost where it becomes '{2}': it {1}, and nobody who calls the delegate is told. Hand it to a parameter or a delegate type that says so, or call it by name.",
            Fix: "Declare the contract on the delegate type"),
        new("IRQ0006", "UnknownLockExpression", LawIds.ContractLockExpression, Tier.Live,
            "Lock expression names no lock",
            "The lock expression '{0}' names no lock that its users can see: {1}",
            NoFixBecause: "which lock was meant is not known"),
        new("IRQ0007", "LockWithoutClass", LawIds.ContractLockClass, Tier.Live,
            "Lock without a class",
            "{0}, so {1}. {2}.",
            Fix: "Create the lock in the initialiser of its field"),
        new("IRQ0008", "ContradictoryOrders", LawIds.ContractContradictoryOrders, Tier.Live,
            "Declared orders contradict each other",
            "The declarations of '{0}' contradict each other: {1}. {2}; until then none of them holds.",
            NoFixBecause: "which of the declarations is right is not known"),
        new("IRQ0009", "NotReplayable", LawIds.ScenarioReplayable, Tier.Live,
            "Code of a scenario that no schedule determines",
            "{0} {1}, in code that is run by {2}: no schedule of it can be run again. {3}.",
            NoFixBecause: "what is to be determined, and by what, is a decision of the scenario"),
        new("IRQ0010", "SharedPlainField", LawIds.DataContexts, Tier.Live,
            "Plain field touched by a handler and by the code it interrupts",
            "{0} is a plain field: {1} and {2}, which it may interrupt. Guard it by a lock that both take with [GuardedBy], make it Shared<T> or PerCpu<T>, or access it with Volatile or Interlocked.",
            NoFixBecause: "which discipline fits is a decision of the program"),
        new("IRQ0011", "ContractFileLine", LawIds.ContractMalformed, Tier.Live,
            "Line of a contract file cannot be used",
            "{0} of a contract file is not used: {1}",
            NoFixBecause: "what was meant is not known"),
        new("IRQ0012", "UnknownCallee", LawIds.ContractUnknownCallee, Tier.Live,
            "Unknown callee in interrupt context",
            "Nothing is known of '{0}', which is called in {1}{2}. Give it a contract, in its source or in a contract file.",
            NoFixBecause: "what the callee does is not known"),
        new("IRQ0013", "AnalysisBounded", LawIds.AnalysisBounded, Tier.Live,
            "Not every path of the body was followed",
            "'{0}' was analysed only in part: {1}. Split it, so that silence about it means something.",
            NoFixBecause: "where the body can be split is not known")
        {
            Severity = Severity.Info,
        },
        new("IRQ0014", "UnknownOption", LawIds.AnalysisOption, Tier.Live,
            "Option of the analysis has an unknown value",
            "The option '{0}' is set to '{1}', which means nothing and is ignored. Use {2}.",
            NoFixBecause: "analyzers do not edit .editorconfig"),
        new("IRQ0053", "InferredContractNotDeclaredBuild", LawIds.ContractUndeclared, Tier.Build,
            "Inferred contract not declared, that other types rely on or that comes from them",
            "'{0}' {1}, which its declaration does not say: callers elsewhere are judged without it while they are typed. {2}.",
            Fix: "Declare the inferred contract")
        {
            Severity = Severity.Hidden,
        },
        new("IRQ0059", "NotReplayableBuild", LawIds.ScenarioReplayable, Tier.Build,
            "Code that a scenario reaches and no schedule determines, in another type",
            "{0} {1}, in code that is run by {2}: no schedule of it can be run again. {3}.",
            NoFixBecause: "what is to be determined, and by what, is a decision of the scenario"),
        new("IRQ0080", "DataMayBeGuarded", LawIds.DataGuardDeclared, Tier.May,
            "Data that is always touched under one lock does not say so",
            "{0} is touched with {1} held at each of {2} places. If that lock guards it, declare [GuardedBy(\"{3}\")], so that an access without it is reported.",
            Fix: "Declare that the lock guards it"),
    ];
}
