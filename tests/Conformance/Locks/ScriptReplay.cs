using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Conformance.Tests;

/// <summary>
/// Drives a validator with the events of a script, one by one. It sees events only: neither the row's name nor its verdict.
/// </summary>
internal sealed class ScriptReplay
{
    private readonly LockValidator _validator = new();
    private readonly Dictionary<string, string> _keptNames = [];
    private readonly List<string> _reports = [];

    /// <summary>What is reported, event by event.</summary>
    public static IReadOnlyList<string> Reports(IEnumerable<JsonElement> script)
    {
        var replay = new ScriptReplay();
        int index = 0;
        foreach (JsonElement each in script)
        {
            replay.Play(new ScriptEvent(each), $"event {index++}");
        }

        return replay._reports;
    }

    private void Play(ScriptEvent script, string site)
    {
        switch (script.Op)
        {
            case "read-class-name":
                _keptNames[script.Text("into")!] = _validator.ClassOf(script.Lock()).Name;
                return;
            case "expect-equal":
                string left = _keptNames[script.Text("left")!], right = _keptNames[script.Text("right")!];
                if (left != right)
                {
                    _reports.Add($"{site}: {left} differs from {right}");
                }

                return;
            default:
                foreach (LockEvent happened in Translate(script))
                {
                    _reports.AddRange(_validator.Observe(happened with { Site = site }).Select(report => report.ToString()));
                }

                return;
        }
    }

    private static IEnumerable<LockEvent> Translate(ScriptEvent script) => script.Op switch
    {
        "acquire" => [Acquire(script)],
        "release" => [new LockEvent.Release(script.Lock(), AccessOf(script.Text("kind")!)) { IsWoundWait = script.Text("kind") == "ww" }],
        "init" => [new LockEvent.Initialise(script.Lock())],
        "irq-disable" => [new LockEvent.SetMask(Mask.Irq, Masked: true)],
        "irq-enable" => [new LockEvent.SetMask(Mask.Irq, Masked: false)],
        "softirq-disable" => [new LockEvent.SetMask(Mask.SoftIrq, Masked: true)],
        "softirq-enable" => [new LockEvent.SetMask(Mask.SoftIrq, Masked: false)],
        "enter" => Enter(script.Text("context")!),
        "leave" => Leave(script.Text("context")!),
        "reclaim-enter" => [new LockEvent.Reclaim(Begins: true, script.Flag("allows_fs"))],
        "reclaim-leave" => [new LockEvent.Reclaim(Begins: false, script.Flag("allows_fs"))],
        "may-allocate" => [new LockEvent.MayAllocate(script.Flag("allows_fs"))],
        "nofs-begin" => [new LockEvent.NoFilesystemScope(Begins: true)],
        "nofs-end" => [new LockEvent.NoFilesystemScope(Begins: false)],
        "set-subclass" => [new LockEvent.SetSubclass(script.Lock(), script.Number("subclass"))],
        "ww-acquire-init" => [new LockEvent.OpenTicket(script.Text("ticket")!, Of: "W")],
        "ww-acquire-done" => [new LockEvent.FinishTicket(script.Text("ticket")!)],
        "ww-acquire-fini" => [new LockEvent.CloseTicket(script.Text("ticket")!)],
        "ww-copy-ticket" => [new LockEvent.CopyTicket(script.Text("from")!, script.Text("to")!)],
        "ww-set-ticket-class" => [new LockEvent.WriteTicketClass(script.Text("ticket")!, script.Text("class"))],
        "ww-set-acquired-count" => [new LockEvent.WriteTicketCount(script.Text("ticket")!, script.Number("value"))],
        // A marker is an owner that is no ticket.
        "ww-set-owner" => [new LockEvent.WriteOwner(script.Lock(), script.Text("owner") is "marker" or null ? null : script.Text("owner"))],
        "held-elsewhere" => [new LockEvent.HandOver(script.Lock())],
        "held-here" => [new LockEvent.Acquire(script.Lock(), LockKind.WoundWait) { IsTry = true }],
        // They explain the results that the script gives anyway, and decide no verdict.
        "ww-adjust-stamp" or "ww-expect-owner" => [],
        _ => throw new NotSupportedException($"the script has an event '{script.Op}' that its README does not describe"),
    };

    private static LockEvent.Acquire Acquire(ScriptEvent script)
    {
        string kind = script.Text("kind")!;
        return new LockEvent.Acquire(script.Lock(), KindOf(kind), AccessOf(kind))
        {
            IsTry = script.Flag("try"),
            IsSlow = script.Flag("slow"),
            IsWoundWait = kind == "ww",
            Ticket = script.Text("ticket") ?? script.Nested()?.Text("ticket"),
            Nest = script.Nested() is { } nest && nest.Text("ticket") is null ? nest.Lock() : null,
            Result = script.Text("result") switch
            {
                null or "ok" => AcquireResult.Taken,
                "busy" => AcquireResult.Busy,
                "already" => AcquireResult.AlreadyHeld,
                "deadlock" => AcquireResult.Refused,
                string other => throw new NotSupportedException($"'{other}' is no result of an acquire"),
            },
        };
    }

    private static IEnumerable<LockEvent> Enter(string context) => context switch
    {
        "hardirq" => [new LockEvent.Enter(Context.HardIrq) { IsThreaded = true }],
        "hardirq-not-threaded" => [new LockEvent.Enter(Context.HardIrq)],
        "softirq" => [new LockEvent.Enter(Context.SoftIrq), new LockEvent.SetMask(Mask.Irq, Masked: true)],
        "rcu" => [ReadSide("rcu", LockKind.Rcu)],
        "rcu-bh" => [new LockEvent.SetMask(Mask.SoftIrq, Masked: true), ReadSide("rcu-bh", LockKind.Rcu)],
        "rcu-sched" => [new LockEvent.SetMask(Mask.Preemption, Masked: true), ReadSide("rcu-sched", LockKind.RcuSched)],
        _ => throw new NotSupportedException($"'{context}' is no context"),
    };

    private static IEnumerable<LockEvent> Leave(string context) => context switch
    {
        "hardirq" or "hardirq-not-threaded" => [new LockEvent.Leave(), new LockEvent.SetMask(Mask.Irq, Masked: false)],
        "softirq" => [new LockEvent.Leave(), new LockEvent.SetMask(Mask.Irq, Masked: false), new LockEvent.SetMask(Mask.SoftIrq, Masked: false)],
        "rcu" => [EndOf("rcu")],
        "rcu-bh" => [EndOf("rcu-bh"), new LockEvent.SetMask(Mask.SoftIrq, Masked: false)],
        "rcu-sched" => [EndOf("rcu-sched"), new LockEvent.SetMask(Mask.Preemption, Masked: false)],
        _ => throw new NotSupportedException($"'{context}' is no context"),
    };

    private static LockEvent.Acquire ReadSide(string name, LockKind kind) => new(ScriptEvent.Single(name), kind, LockAccess.Read);

    private static LockEvent.Release EndOf(string name) => new(ScriptEvent.Single(name), LockAccess.Read);

    private static LockKind KindOf(string kind) => kind switch
    {
        "raw-spin" => LockKind.RawSpin,
        "spin" => LockKind.Spin,
        "rw-write" or "rw-read" or "rw-read-recursive" => LockKind.ReadWrite,
        "mutex" => LockKind.Mutex,
        "rtmutex" => LockKind.RtMutex,
        "rwsem-write" or "rwsem-read" => LockKind.RwSemaphore,
        "local" => LockKind.Local,
        "ww" or "ww-base" => LockKind.WoundWait,
        _ => throw new NotSupportedException($"'{kind}' is no kind of lock"),
    };

    private static LockAccess AccessOf(string kind) => kind switch
    {
        "rw-read" or "rwsem-read" => LockAccess.Read,
        "rw-read-recursive" => LockAccess.RecursiveRead,
        _ => LockAccess.Exclusive,
    };
}

/// <summary>One event of a script, with the defaults of the README.</summary>
internal readonly struct ScriptEvent(JsonElement json)
{
    public string Op => Text("op")!;

    public static LockIdentity Single(string name) => new(new LockClassKey(name), name);

    /// <summary>The lock; without instance it is the only one of its class.</summary>
    public LockIdentity Lock() => new(new LockClassKey(Text("lock")!), Text("instance") ?? Text("lock")!);

    public string? Text(string field) => json.TryGetProperty(field, out JsonElement value) ? value.GetString() : null;

    public bool Flag(string field) => json.TryGetProperty(field, out JsonElement value) && value.GetBoolean();

    public int Number(string field) => json.GetProperty(field).GetInt32();

    public ScriptEvent? Nested() => json.TryGetProperty("nest", out JsonElement nest) ? new ScriptEvent(nest) : null;
}
