using System;

namespace IrqSafety.Rules;

/// <summary>The law that each kind of lock report is about.</summary>
public static class LockLaws
{
    /// <summary>The law.</summary>
    public static string Of(LockReportKind kind) => kind switch
    {
        LockReportKind.OrderCycle => LawIds.LockOrder,
        LockReportKind.AgainstDeclaredOrder => LawIds.LockDeclaredOrder,
        LockReportKind.InterruptUse => LawIds.LockIrqUnsafeUse,
        LockReportKind.InterruptCycle => LawIds.LockIrqUnsafeDependency,
        LockReportKind.Recursion => LawIds.LockRecursion,
        LockReportKind.ReaderRecursion => LawIds.LockReaderRecursion,
        LockReportKind.ClassNesting => LawIds.LockClassNesting,
        LockReportKind.NestLockNotHeld => LawIds.LockNest,
        LockReportKind.WaitContext => LawIds.LockWaitType,
        LockReportKind.NotHeld or LockReportKind.ReleasedInOtherMode => LawIds.LockUnheldRelease,
        LockReportKind.InitialisedWhileHeld => LawIds.LockInitialised,
        LockReportKind.HeldOnReturn => LawIds.LockLeak,
        LockReportKind.Ticket => LawIds.LockTicket,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no kind of lock report"),
    };

    /// <summary>The evidence of a report when the execution went on: what is only possible is predicted, what was done is a breach.</summary>
    public static Evidence EvidenceOf(LockReportKind kind) => kind is LockReportKind.OrderCycle or LockReportKind.InterruptUse or LockReportKind.InterruptCycle
        or LockReportKind.Recursion or LockReportKind.ReaderRecursion or LockReportKind.ClassNesting
        ? Evidence.Predicted
        : Evidence.Breach;
}
