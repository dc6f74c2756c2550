using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace IrqSafety.Analyzers.Benchmarks;

/// <summary>
/// Programs of a wanted length, the same for the same length. Each file is about a thousand lines: classes of some hundred lines with the mix of
/// statements that drivers have.
/// </summary>
internal static class GeneratedCode
{
    private const int LinesPerFile = 1000;

    /// <summary>Code that touches no contract: queues, tables, strings, loops.</summary>
    public static IReadOnlyList<string> WithoutContracts(int lines) => Files(lines, "", PlainClass);

    /// <summary>Code in which every method uses the model: handlers, locks in every flavour, deferred work, shared data, lines.</summary>
    public static IReadOnlyList<string> OnTheModel(int lines) => Files(lines, Usings, static n => ModelClass(n, ""));

    /// <summary>The same, where each class also calls the one before it, so that the whole says more than each type.</summary>
    public static IReadOnlyList<string> Linked(int lines) => OneNamespace(Files(lines, Usings, static n => ModelClass(n, n == 0 ? "" : $$"""

            /// <summary>What this device and the one before it received.</summary>
            [RunsIn(Context.Task)]
            public int Together(Device{{n - 1}} other) => Snapshot(false) + other.Snapshot(true);

        """)));

    // The class before may stand in the file before.
    private static IReadOnlyList<string> OneNamespace(IReadOnlyList<string> files) =>
        [.. files.Select((text, number) => text.Replace($"namespace Generated{number.ToString(CultureInfo.InvariantCulture)};", "namespace Generated;", System.StringComparison.Ordinal))];

    private const string Usings = "using IrqSafety.Contracts;\nusing IrqSafety.Runtime;\n";

    private static IReadOnlyList<string> Files(int lines, string usings, System.Func<int, string> classOf)
    {
        var files = new List<string>();
        int written = 0;
        for (int number = 0; written < lines;)
        {
            var file = new StringBuilder($"{usings}namespace Generated{files.Count.ToString(CultureInfo.InvariantCulture)};\n");
            int inFile = 0;
            for (; inFile < LinesPerFile && written < lines; number++)
            {
                string text = classOf(number);
                int length = Lines(text);
                file.Append(text);
                inFile += length;
                written += length;
            }

            files.Add(file.ToString());
        }

        return files;
    }

    private static int Lines(string text)
    {
        int lines = 0;
        foreach (char one in text)
        {
            lines += one == '\n' ? 1 : 0;
        }

        return lines;
    }

    private static string PlainClass(int n) => $$"""

        /// <summary>A table of records with an index.</summary>
        public sealed class Table{{n}}
        {
            private readonly System.Collections.Generic.Dictionary<string, int> _index = new();
            private readonly System.Collections.Generic.List<(string Name, long Value)> _rows = [];
            private long _total;
            private int _changes;

            public int Count => _rows.Count;

            public long Total => _total;

            public bool Add(string name, long value)
            {
                if (string.IsNullOrEmpty(name))
                {
                    throw new System.ArgumentException("a row needs a name", nameof(name));
                }

                if (_index.TryGetValue(name, out int at))
                {
                    _total -= _rows[at].Value;
                    _rows[at] = (name, value);
                    _total += value;
                    _changes++;
                    return false;
                }

                _index[name] = _rows.Count;
                _rows.Add((name, value));
                _total += value;
                return true;
            }

            public string Describe(int most)
            {
                var text = new System.Text.StringBuilder();
                int shown = 0;
                foreach ((string name, long value) in _rows)
                {
                    if (shown++ == most)
                    {
                        text.Append("and ").Append(_rows.Count - most).Append(" more");
                        break;
                    }

                    text.Append(name).Append(" = ").Append(value).Append('\n');
                }

                return text.ToString();
            }

            public int Classify(long value)
            {
                switch (value % 7)
                {
                    case 0:
                        return 1;
                    case 1:
                    case 2:
                        return value > 100 ? 2 : 3;
                    case 3 when _changes > 10:
                        return 4;
                    default:
                        break;
                }

                int result = 0;
                for (int i = 0; i < 8; i++)
                {
                    if ((value & (1L << i)) != 0)
                    {
                        result += i * {{(n % 13) + 1}};
                    }
                    else if (result > 0)
                    {
                        result -= 1;
                    }
                }

                return result;
            }

            public long Fold(System.Func<long, long, long> combine)
            {
                long folded = {{n}};
                try
                {
                    foreach ((_, long value) in _rows)
                    {
                        folded = combine(folded, value);
                    }
                }
                catch (System.OverflowException)
                {
                    folded = -1;
                }
                finally
                {
                    _changes++;
                }

                return folded;
            }
        }

        """;

    private static string ModelClass(int n, string more) => $$"""

        /// <summary>A device with an interrupt, a queue that its handler fills and a task that drains it.</summary>
        public sealed class Device{{n}}
        {
            private static readonly IntId s_line = new({{32 + (n % 900)}});
            private readonly RawSpinLock _queueLock = new("queue {{n}}");
            private readonly SpinLock _statsLock = new("stats {{n}}");
            private readonly Mutex _configuration = new();
            private readonly Shared<int> _received = new(0);
            private readonly Shared<int> _dropped = new(0);
            private readonly Shared<int> _mode = new(0);
            private readonly IrqWork _work;
            private int _threshold = {{n % 16}};

            public Device{{n}}()
            {
                _work = new IrqWork(Drain);
            }

            /// <summary>Requests the line and turns it on.</summary>
            [RunsIn(Context.Task)]
            public Errno Open()
            {
                Errno err = Irq.RequestIrq(s_line, Handle, IrqRequestFlags.None, "device {{n}}");
                if (err != Errno.Ok)
                {
                    Printk.Direct($"device {{n}}: {err}");
                    return err;
                }

                using (_configuration.Lock())
                {
                    _threshold = _threshold > 8 ? 8 : _threshold + 1;
                    _mode.WriteOnce(1);
                }

                return Errno.Ok;
            }

            [RunsIn(Context.HardIrq)]
            private IrqReturn Handle(IntId irq)
            {
                int mode = _mode.ReadOnce();
                if (mode == 0)
                {
                    return IrqReturn.None;
                }

                using (_queueLock.Lock())
                {
                    int now = _received.ReadOnce() + 1;
                    if (now > _threshold)
                    {
                        _dropped.FetchAdd(1);
                    }
                    else
                    {
                        _received.WriteOnce(now);
                    }
                }

                switch (mode)
                {
                    case 1:
                        _work.Queue();
                        break;
                    case 2 when irq == s_line:
                        Count(1);
                        break;
                    default:
                        break;
                }

                return IrqReturn.Handled;
            }

            private void Drain()
            {
                IrqFlags flags = _queueLock.AcquireIrqSave();
                int received = _received.ReadOnce();
                for (int i = 0; i < 4 && received > 0; i++)
                {
                    received--;
                    if (received == _threshold)
                    {
                        _received.WriteOnce(received);
                        _queueLock.ReleaseIrqRestore(flags);
                        return;
                    }
                }

                _received.WriteOnce(received);
                _queueLock.ReleaseIrqRestore(flags);
            }

            private void Count(int by)
            {
                if (!_queueLock.TryAcquire())
                {
                    _dropped.FetchAdd(by);
                    return;
                }

                _received.FetchAdd(by);
                _queueLock.Release();
            }

        {{more}}
            /// <summary>What was received, for a person.</summary>
            [RunsIn(Context.Task)]
            public int Snapshot(bool reset)
            {
                int sum = 0;
                using (_queueLock.LockIrqSave())
                {
                    sum = _received.ReadOnce() + _dropped.ReadOnce();
                    if (reset)
                    {
                        _received.WriteOnce(0);
                        _dropped.WriteOnce(0);
                    }
                }

                using (_statsLock.LockIrqSave())
                {
                    sum += Weigh(sum);
                }

                return sum;
            }

            private int Weigh(int sum) => sum switch
            {
                < 0 => 0,
                < 10 => _threshold,
                _ => sum * {{(n % 5) + 1}},
            };
        }

        """;
}
