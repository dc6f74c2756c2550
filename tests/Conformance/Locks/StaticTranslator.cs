using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace IrqSafety.Conformance.Tests;

/// <summary>A script as C#: every statement of it stands on the lines of its event.</summary>
/// <param name="Source">One file.</param>
/// <param name="EventOfLine">The event that each line is, by line number from 0; absent for what is only around it.</param>
internal sealed record TranslatedScript(string Source, IReadOnlyDictionary<int, int> EventOfLine);

/// <summary>
/// Writes a script as a kernel author would write it with the model, one statement for each event. It is given events and nothing else, so it
/// cannot know which row they are of, nor its verdict.
/// </summary>
/// <remarks>
/// A block ends where nothing is held, interrupts and softirqs are on and no context is open, and becomes a method; a handler is a method of its
/// own. What a script leaves held is released at the end of the method, outside the lines of its events.
/// </remarks>
internal sealed class StaticTranslator
{
    private readonly ScriptNames _names;
    private readonly List<string> _methods = [];
    private readonly List<MethodText> _open = [];
    private int _methodCount;

    private StaticTranslator(ScriptNames names) => _names = names;

    /// <summary>The script as one file.</summary>
    /// <exception cref="NotSupportedException">No statement of the model does what an event does.</exception>
    public static TranslatedScript Translate(IEnumerable<JsonElement> script)
    {
        ScriptEvent[] events = [.. script.Select(each => new ScriptEvent(each))];
        var translator = new StaticTranslator(ScriptNames.Of(events));
        for (int index = 0; index < events.Length; index++)
        {
            translator.Play(events[index], index);
        }

        while (translator._open.Count > 0)
        {
            translator.Close();
        }

        return translator.Whole();
    }

    private MethodText Current
    {
        get
        {
            if (_open.Count == 0)
            {
                Open(null);
            }

            return _open[^1];
        }
    }

    private void Open(string? context)
    {
        _methodCount++;
        _open.Add(new MethodText(context, string.Create(CultureInfo.InvariantCulture, $"{(context is null ? "Block" : "Handler")}{_methodCount}")));
    }

    private void Close()
    {
        MethodText method = _open[^1];
        _open.RemoveAt(_open.Count - 1);
        _methods.Add(method.Finish());
    }

    private void Play(ScriptEvent script, int index)
    {
        string? context = script.Op is "enter" or "leave" ? script.Text("context") : null;
        if (script.Op == "enter" && ContextAttribute(context!) is { } attribute)
        {
            Open(attribute);
            Current.Say(index, context == "softirq" ? "LocalIrq.Disable();" : "");
            return;
        }

        if (script.Op == "leave" && ContextAttribute(context!) is not null)
        {
            Current.Say(index, context == "softirq" ? "LocalIrq.Enable();" : "");
            Close();
            return;
        }

        foreach (string statement in Statements(script, Current))
        {
            Current.Say(index, statement);
        }

        if (Current is { Context: null, IsClean: true })
        {
            Close();
        }
    }

    private static string? ContextAttribute(string context) => context switch
    {
        "hardirq" => "[RunsIn(Context.HardIrq)]",
        "hardirq-not-threaded" => "[RunsIn(Context.HardIrq, Within = Section.NeverThreaded)]",
        "softirq" => "[RunsIn(Context.SoftIrq)]",
        _ => null,
    };

    private IEnumerable<string> Statements(ScriptEvent script, MethodText method)
    {
        switch (script.Op)
        {
            case "acquire":
                return [Acquire(script, method)];
            case "release":
                string released = ReleaseOf(script);
                method.Ends(released);
                return [released];
            case "init":
                return [$"{_names.Lock(script)}.Initialise();"];
            case "irq-disable":
                method.IrqsOff = true;
                return ["LocalIrq.Disable();"];
            case "irq-enable":
                method.IrqsOff = false;
                return ["LocalIrq.Enable();"];
            case "softirq-disable":
                method.Begins("BottomHalves.Enable();");
                return ["BottomHalves.Disable();"];
            case "softirq-enable":
                method.Ends("BottomHalves.Enable();");
                return ["BottomHalves.Enable();"];
            case "enter":
                method.Begins($"{ReadSide(script)}.ReadUnlock();");
                return [$"{ReadSide(script)}.ReadLock();"];
            case "leave":
                method.Ends($"{ReadSide(script)}.ReadUnlock();");
                return [$"{ReadSide(script)}.ReadUnlock();"];
            case "reclaim-enter":
                method.Begins($"Reclaim.End({Gfp(script)});");
                return [$"Reclaim.Begin({Gfp(script)});"];
            case "reclaim-leave":
                method.Ends($"Reclaim.End({Gfp(script)});");
                return [$"Reclaim.End({Gfp(script)});"];
            case "may-allocate":
                return [$"Reclaim.MightAllocate({Gfp(script)});"];
            case "nofs-begin":
                return [method.BeginNofs()];
            case "nofs-end":
                return [method.EndNofs()];
            case "ww-acquire-init":
                method.Begins($"{script.Text("ticket")}.Close();");
                return [$"{script.Text("ticket")}.Open();"];
            case "ww-acquire-done":
                return [$"{script.Text("ticket")}.Done();"];
            case "ww-acquire-fini":
                method.Ends($"{script.Text("ticket")}.Close();");
                return [$"{script.Text("ticket")}.Close();"];
            case "held-elsewhere":
                string handedOver = $"{_names.Lock(script)}.Release();";
                method.Ends(handedOver);
                return [$"HandOver({_names.Lock(script)});"];
            case "held-here":
                method.Begins($"{_names.Lock(script)}.Release();");
                return [$"if (!ComesBack({_names.Lock(script)})) {{ throw new System.InvalidOperationException(); }}"];

            // They bring about the results of later events, which the script states and the statements test.
            case "ww-adjust-stamp" or "ww-copy-ticket" or "ww-set-owner" or "ww-expect-owner":
                return [];
            default:
                throw new NotSupportedException($"no statement of the model does '{script.Op}'");
        }
    }

    private string Acquire(ScriptEvent script, MethodText method)
    {
        string kind = script.Text("kind")!;
        string name = _names.Lock(script);
        string ticket = script.Text("ticket") ?? script.Nested()?.Text("ticket") ?? "null";
        string result = script.Text("result") ?? "ok";
        if (result == "ok")
        {
            method.Begins(ReleaseOf(script));
        }

        if (script.Flag("try"))
        {
            string attempt = kind switch
            {
                "ww" or "ww-base" => $"TryAcquire({ticket})",
                "rw-read" or "rwsem-read" or "rw-read-recursive" => "TryAcquireRead()",
                "rw-write" or "rwsem-write" => "TryAcquireWrite()",
                _ => "TryAcquire()",
            };
            return $"if ({(result == "ok" ? "!" : "")}{name}.{attempt}) {{ throw new System.InvalidOperationException(); }}";
        }

        if (kind is "ww" or "ww-base")
        {
            string error = result switch { "ok" => "Ok", "already" => "EALREADY", "deadlock" => "EDEADLK", _ => throw new NotSupportedException($"an acquire does not return '{result}'") };
            return script.Flag("slow") ? $"{name}.AcquireSlow({ticket});" : $"if ({name}.Acquire({ticket}) != Errno.{error}) {{ throw new System.InvalidOperationException(); }}";
        }

        if (script.Nested() is { } nest)
        {
            return $"{name}.AcquireNestLock({_names.Lock(nest)});";
        }

        return kind switch
        {
            "rw-write" or "rwsem-write" => $"{name}.AcquireWrite();",
            "rw-read" or "rwsem-read" => $"{name}.AcquireRead();",
            "rw-read-recursive" => $"{name}.AcquireReadRecursive();",
            _ => $"{name}.Acquire();",
        };
    }

    private string ReleaseOf(ScriptEvent script) => _names.Lock(script) + script.Text("kind") switch
    {
        "rw-write" or "rwsem-write" => ".ReleaseWrite();",
        "rw-read" or "rwsem-read" or "rw-read-recursive" => ".ReleaseRead();",
        _ => ".Release();",
    };

    private static string ReadSide(ScriptEvent script) => script.Text("context") switch
    {
        "rcu" => "Rcu",
        "rcu-bh" => "RcuBh",
        "rcu-sched" => "RcuSched",
        string other => throw new NotSupportedException($"'{other}' is no context"),
        null => throw new NotSupportedException("a context without a name"),
    };

    private static string Gfp(ScriptEvent script) => script.Flag("allows_fs") ? "Gfp.Kernel" : "Gfp.NoFs";

    private TranslatedScript Whole()
    {
        var text = new StringBuilder();
        text.Append("using IrqSafety.Contracts;\nusing IrqSafety.Runtime;\n\npublic sealed class Script\n{\n");
        foreach (string field in _names.Declarations)
        {
            text.Append("    ").Append(field).Append('\n');
        }

        // An object that another task holds from here on, and one that this task gets back: what the analyzer is told of it.
        text.Append("\n    [Releases(\"handedOver\")]\n    private static extern void HandOver(WwMutex handedOver);\n");
        text.Append("\n    [TryAcquires(\"returned\")]\n    private static extern bool ComesBack(WwMutex returned);\n");
        foreach (string method in _methods)
        {
            text.Append('\n').Append(method);
        }

        text.Append("}\n");
        return Numbered(text.ToString());
    }

    // Each statement carries its event as a comment, which the numbering takes away again.
    private static TranslatedScript Numbered(string text)
    {
        var events = new Dictionary<int, int>();
        string[] lines = text.Split('\n');
        for (int line = 0; line < lines.Length; line++)
        {
            int mark = lines[line].IndexOf(MethodText.Mark, StringComparison.Ordinal);
            if (mark >= 0)
            {
                events[line] = int.Parse(lines[line][(mark + MethodText.Mark.Length)..], CultureInfo.InvariantCulture);
                lines[line] = lines[line][..mark];
            }
        }

        return new TranslatedScript(string.Join('\n', lines), events);
    }

    /// <summary>A method while it is being written, and what must still be ended in it.</summary>
    private sealed class MethodText(string? context, string name)
    {
        public const string Mark = " // event ";
        private readonly StringBuilder _body = new();
        private readonly List<string> _endings = [];
        private int _nofs;
        private int _nofsOpen;

        public string? Context { get; } = context;

        public bool IrqsOff { get; set; }

        public bool IsClean => _endings.Count == 0 && !IrqsOff && _nofsOpen == 0;

        public void Say(int index, string statement) =>
            _body.Append(CultureInfo.InvariantCulture, $"        {statement}{Mark}{index}\n");

        /// <summary>Something began that this statement ends.</summary>
        public void Begins(string ending) => _endings.Add(ending);

        /// <summary>It was ended, if it had begun.</summary>
        public void Ends(string ending)
        {
            int index = _endings.LastIndexOf(ending);
            if (index >= 0)
            {
                _endings.RemoveAt(index);
            }
        }

        public string BeginNofs()
        {
            _nofsOpen++;
            return string.Create(CultureInfo.InvariantCulture, $"NofsFlags nofs{_nofs++} = Reclaim.NofsSave();");
        }

        public string EndNofs()
        {
            _nofsOpen--;
            return string.Create(CultureInfo.InvariantCulture, $"Reclaim.NofsRestore(nofs{_nofsOpen});");
        }

        public string Finish()
        {
            foreach (string ending in Enumerable.Reverse(_endings))
            {
                _body.Append("        ").Append(ending).Append('\n');
            }

            if (IrqsOff)
            {
                _body.Append("        LocalIrq.Enable();\n");
            }

            return $"{(Context is null ? "" : $"    {Context}\n")}    public void {name}()\n    {{\n{_body}    }}\n";
        }
    }
}

/// <summary>The names that locks and tickets of a script have as fields.</summary>
internal sealed class ScriptNames
{
    private readonly SortedDictionary<string, string> _kinds = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> _instances = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _tickets = new(StringComparer.Ordinal);

    public static ScriptNames Of(IEnumerable<ScriptEvent> script)
    {
        var names = new ScriptNames();
        foreach (ScriptEvent each in script)
        {
            names.Note(each, each.Text("kind"));
            if (each.Nested() is { } nest)
            {
                names.Note(nest, null);
            }

            if (each.Text("ticket") is { } ticket)
            {
                _ = names._tickets.Add(ticket);
            }
        }

        return names;
    }

    /// <summary>The fields. Several instances of one class are one field of several objects.</summary>
    public IEnumerable<string> Declarations
    {
        get
        {
            if (_tickets.Count > 0 || _kinds.ContainsValue("WwMutex"))
            {
                yield return "private static readonly WwClass s_objects = new();";
            }

            foreach (string ticket in _tickets)
            {
                yield return $"private readonly WwTicket {ticket} = new(s_objects);";
            }

            foreach ((string @class, SortedSet<string> instances) in _instances)
            {
                string type = _kinds.GetValueOrDefault(@class, "Mutex");
                string created = type == "WwMutex" ? "new(s_objects)" : "new()";
                if (instances.SetEquals([@class]))
                {
                    yield return $"private readonly {type} {@class} = {created};";
                    continue;
                }

                yield return $"private sealed class Of{@class} {{ public readonly {type} Lock = {created}; }}";
                foreach (string instance in instances)
                {
                    yield return $"private readonly Of{@class} {instance} = new();";
                }
            }
        }
    }

    public string Lock(ScriptEvent script)
    {
        string @class = script.Text("lock")!;
        string instance = script.Text("instance") ?? @class;
        return _instances[@class].SetEquals([@class]) ? @class : $"{instance}.Lock";
    }

    private void Note(ScriptEvent script, string? kind)
    {
        if (script.Text("lock") is not { } @class)
        {
            return;
        }

        if (!_instances.TryGetValue(@class, out SortedSet<string>? instances))
        {
            _instances[@class] = instances = new SortedSet<string>(StringComparer.Ordinal);
        }

        _ = instances.Add(script.Text("instance") ?? @class);
        if (kind is not null)
        {
            _kinds[@class] = kind switch
            {
                "raw-spin" => "RawSpinLock",
                "spin" => "SpinLock",
                "rw-write" or "rw-read" or "rw-read-recursive" => "RwLock",
                "mutex" => "Mutex",
                "rtmutex" => "RtMutex",
                "rwsem-write" or "rwsem-read" => "RwSemaphore",
                "local" => "LocalLock",
                "ww" or "ww-base" => "WwMutex",
                _ => throw new NotSupportedException($"'{kind}' is no kind of lock"),
            };
        }
    }
}
