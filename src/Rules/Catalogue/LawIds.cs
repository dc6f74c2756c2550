namespace IrqSafety.Rules;

/// <summary>The identifiers of the laws.</summary>
public static class LawIds
{
    /// <summary>A contract that cannot be read or contradicts itself.</summary>
    public const string ContractMalformed = "contract.malformed";

    /// <summary>A lock expression that names no lock, or none that whoever uses the contract can see.</summary>
    public const string ContractLockExpression = "contract.lock-expression";

    /// <summary>A lock of which neither the analyzer nor a run can say what class it belongs to.</summary>
    public const string ContractLockClass = "contract.lock-class";

    /// <summary>Declared orders or classes of locks that cannot all hold.</summary>
    public const string ContractContradictoryOrders = "contract.contradictory-orders";

    /// <summary>Code of a scenario that no schedule determines.</summary>
    public const string ScenarioReplayable = "scenario.replayable";

    /// <summary>A handler whose context nobody declares.</summary>
    public const string HandlerContext = "contract.handler-context";

    /// <summary>A contract that a body has and its declaration does not say.</summary>
    public const string ContractUndeclared = "contract.undeclared";

    /// <summary>A contract that asks for more, or gives less, than the declaration it stands for.</summary>
    public const string ContractStricter = "contract.stricter";

    /// <summary>A contract that is lost where a method becomes a delegate.</summary>
    public const string ContractDropped = "contract.dropped";

    /// <summary>A plain field touched by a handler and by what it can interrupt.</summary>
    public const string DataContexts = "data.contexts";

    /// <summary>Two accesses to shared data, one of them plain, that nothing orders.</summary>
    public const string DataRace = "data.race";

    /// <summary>Code declared to be one step, that others came between.</summary>
    public const string DataAtomic = "data.atomic";

    /// <summary>Data that is touched under one lock only, and does not say so.</summary>
    public const string DataGuardDeclared = "data.guard-declared";

    /// <summary>A call of something of which nothing is known, where everything should be known.</summary>
    public const string ContractUnknownCallee = "contract.unknown-callee";

    /// <summary>A body of which not every path was followed.</summary>
    public const string AnalysisBounded = "analysis.bounded";

    /// <summary>An option of the analysis that has no meaning.</summary>
    public const string AnalysisOption = "analysis.option";

    /// <summary>Two lock classes taken in both orders.</summary>
    public const string LockOrder = "lock.order";

    /// <summary>Lock classes taken against the order that is declared for them.</summary>
    public const string LockDeclaredOrder = "lock.declared-order";

    /// <summary>A lock that its holder takes again.</summary>
    public const string LockRecursion = "lock.recursion";

    /// <summary>A lock that its reader takes again in a way that readers keep up.</summary>
    public const string LockReaderRecursion = "lock.reader-recursion";

    /// <summary>A second lock of a held class, without a word on which comes first.</summary>
    public const string LockClassNesting = "lock.class-nesting";

    /// <summary>A lock that is still held when the method or handler that took it returns.</summary>
    public const string LockLeak = "lock.leak";

    /// <summary>A lock that is released where it is not held.</summary>
    public const string LockUnheldRelease = "lock.unheld-release";

    /// <summary>A lock released in another flavour than it was taken in.</summary>
    public const string LockFlavour = "lock.flavour";

    /// <summary>A lock that a handler waits for, held with its interrupt on.</summary>
    public const string LockIrqUnsafeUse = "lock.irq-unsafe-use";

    /// <summary>A lock held with interrupts on and taken inside one that a handler waits for.</summary>
    public const string LockIrqUnsafeDependency = "lock.irq-unsafe-dependency";

    /// <summary>A lock that may wait harder than what is around it allows.</summary>
    public const string LockWaitType = "lock.wait-type";

    /// <summary>A lock initialised while it is held.</summary>
    public const string LockInitialised = "lock.initialised-while-held";

    /// <summary>A nested acquire under a lock that is not held.</summary>
    public const string LockNest = "lock.nest-not-held";

    /// <summary>A step of a wound/wait ticket out of order.</summary>
    public const string LockTicket = "lock.ticket";

    /// <summary>Data touched without what its contract asks for.</summary>
    public const string DataGuarded = "data.guarded";

    /// <summary>Data checked without its lock and acted on under it.</summary>
    public const string DataCheckThenAct = "data.check-then-act";

    /// <summary>What was read under a lock, used after the lock was dropped.</summary>
    public const string DataStale = "data.stale";

    /// <summary>A call without the lock that must be held for it.</summary>
    public const string LockRequired = "lock.required";

    /// <summary>A sleeping operation where the code must not sleep.</summary>
    public const string AtomicSleep = "atomic.sleep";

    /// <summary>A lock that may have to be waited for, in an NMI.</summary>
    public const string NmiBlockingLock = "nmi.blocking-lock";

    /// <summary>An operation that is not safe from NMI, in an NMI.</summary>
    public const string NmiUnsafeCall = "nmi.unsafe-call";

    /// <summary>A method declared safe from NMI whose body is not.</summary>
    public const string NmiSafePromise = "nmi.safe-promise";

    /// <summary>A request for an NMI that can only be refused.</summary>
    public const string NmiRequestConstraint = "nmi.request-constraint";

    /// <summary>A step of an interrupt line's protocol out of order.</summary>
    public const string LineProtocol = "line.protocol";

    /// <summary>An operation of the other flavour than the line was requested with.</summary>
    public const string LineFlavour = "line.flavour";

    /// <summary>An NMI operation on a line whose request as an NMI failed.</summary>
    public const string FlavourAfterRefusal = "line.flavour-after-refusal";

    /// <summary>A flow handler for another kind of line.</summary>
    public const string FlowHandler = "line.flow-handler";

    /// <summary>A lock shared by an NMI and a context that it can interrupt.</summary>
    public const string NmiShared = "nmi.shared";

    /// <summary>A count that an NMI and other code change, one of them in two steps.</summary>
    public const string NmiCounter = "nmi.counter";

    /// <summary>An NMI entered or left out of order.</summary>
    public const string NmiEntry = "nmi.entry";

    /// <summary>Waiting for what a stopped CPU holds, or for the CPU.</summary>
    public const string StoppedCpu = "nmi.stopped-cpu";

    /// <summary>A handler registered for a context its own contract excludes.</summary>
    public const string HandlerRole = "nmi.handler-role";

    /// <summary>An operation outside the contexts it is legal in.</summary>
    public const string ContextLegal = "context.legal";

    /// <summary>A saved mask that is not restored, or when it is not its turn.</summary>
    public const string MaskRestore = "mask.restore";

    /// <summary>Unmasking where somebody relies on the mask.</summary>
    public const string MaskEnable = "mask.enable";

    /// <summary>A word of one mask taken for one of another.</summary>
    public const string FlagKind = "mask.flag-kind";

    /// <summary>A mask register written with less than what was masked.</summary>
    public const string MaskLowered = "mask.lowered";

    /// <summary>A priority mask that holds back NMIs too.</summary>
    public const string NmiMasked = "mask.nmi";

    /// <summary>A priority that means another level in another security view.</summary>
    public const string PriorityView = "gic.priority-view";

    /// <summary>Letting interrupts in before what they need is there.</summary>
    public const string MaskUnready = "mask.unready";

    /// <summary>Waiting for an interrupt that the priority mask holds back.</summary>
    public const string IdleMasked = "mask.idle";

    /// <summary>An interrupt ended otherwise than it was acknowledged.</summary>
    public const string InterruptEnd = "gic.interrupt-end";

    /// <summary>The handlers of an interrupt without a context synchronisation event after its acknowledge.</summary>
    public const string AcknowledgeSync = "gic.acknowledge-sync";

    /// <summary>A level interrupt deactivated before its device is quiet.</summary>
    public const string EarlyDeactivate = "gic.early-deactivate";

    /// <summary>The priority of an NMI given to an enabled line.</summary>
    public const string NmiPriority = "gic.nmi-priority";

    /// <summary>A binary point relied on that was not set on this CPU.</summary>
    public const string BinaryPoint = "gic.binary-point";

    /// <summary>A barrier after an operation that makes it superfluous.</summary>
    public const string RedundantSync = "gic.redundant-sync";

    /// <summary>What only some machines have, used without asking.</summary>
    public const string Capability = "cpu.capability";

    /// <summary>A barrier of the interrupt controller missing.</summary>
    public const string GicBarrier = "gic.barrier";

    /// <summary>Steps out of the order that contracts ask for.</summary>
    public const string StepOrder = "order.steps";

    /// <summary>Relying on a write of the controller that may not have taken effect.</summary>
    public const string WritePending = "gic.write-pending";

    /// <summary>A redistributor put to sleep or used out of order.</summary>
    public const string RedistributorPower = "gic.redistributor-power";

    /// <summary>Waiting for other CPUs where this one cannot answer them.</summary>
    public const string CrossCallWait = "ipi.cross-call-wait";

    /// <summary>Stopping CPUs by NMI before asking by IRQ.</summary>
    public const string StopOrder = "ipi.stop-order";
}
