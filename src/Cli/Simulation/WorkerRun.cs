using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Cli.Processes;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Simulation;

/// <summary>What one worker process left behind.</summary>
/// <param name="Messages">Its messages, in order, without the progress.</param>
/// <param name="Death">Why it ended before its time; null when it ended as it should.</param>
internal sealed record WorkerRun(IReadOnlyList<WorkerMessage> Messages, string? Death)
{
    /// <summary>
    /// A worker speaks while it searches and ends by itself when the program leaves the model; one that is silent this long cannot even do that.
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private const int KeptErrorLines = 5;

    /// <summary>The errors it reported.</summary>
    public IEnumerable<ErrorMessage> Errors => Messages.OfType<ErrorMessage>();

    /// <summary>Runs a worker.</summary>
    /// <param name="program">The program.</param>
    /// <param name="request">What it is asked.</param>
    /// <param name="onProgress">Receives its progress.</param>
    /// <param name="cancellation">Ends it; what it said so far is kept.</param>
    /// <param name="silence">How long it may be silent; null for <see cref="Silence"/>.</param>
    /// <exception cref="UserErrorException">The simulator in the program's closure is of another version than this tool.</exception>
    public static async Task<WorkerRun> StartAsync(
        SimulatedProgram program,
        WorkerRequest request,
        Action<ProgressMessage> onProgress,
        CancellationToken cancellation,
        TimeSpan? silence = null)
    {
        string file = Path.GetTempFileName();
        var messages = new List<WorkerMessage>();
        var noise = new Queue<string>();
        UserErrorException? skew = null;
        string? death = null;
        using var watchdog = new CancellationTokenSource(silence ?? Silence);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, watchdog.Token);
        try
        {
            ChildCommand command = program.Worker(file);
            await File.WriteAllTextAsync(file, WorkerJson.Write(request with { EndsWithInput = command.HoldsInput }), cancellation);
            int exitCode = await ChildProcess.RunAsync(command, OnLine, OnNoise, end.Token);
            death = exitCode == 0 || Refused() ? null : $"the worker ended with exit code {exitCode}{Noise()}";
        }
        catch (OperationCanceledException) when (skew is null)
        {
            death = cancellation.IsCancellationRequested ? "cancelled" : $"no progress outside the model: nothing heard for {(silence ?? Silence).TotalSeconds:0} s";
        }
        catch (OperationCanceledException)
        {
            // Ended because of its version, which is thrown below.
        }
        finally
        {
            File.Delete(file);
        }

        lock (messages)
        {
            return skew is null ? new WorkerRun([.. messages], death) : throw skew;
        }

        void OnLine(string line)
        {
            watchdog.CancelAfter(silence ?? Silence);
            switch (Parse(line))
            {
                case null:
                    OnNoise(line);
                    break;
                case HelloMessage hello when VersionSkew.Of(hello) is { } difference:
                    skew = difference;
                    watchdog.Cancel();
                    break;
                case ProgressMessage progress:
                    onProgress(progress);
                    break;
                case { } message:
                    lock (messages)
                    {
                        messages.Add(message);
                    }

                    break;
            }
        }

        void OnNoise(string line)
        {
            lock (noise)
            {
                noise.Enqueue(line);
                if (noise.Count > KeptErrorLines)
                {
                    noise.Dequeue();
                }
            }
        }

        bool Refused()
        {
            lock (messages)
            {
                return messages.OfType<ErrorMessage>().Any();
            }
        }

        string Noise()
        {
            lock (noise)
            {
                return noise.Count == 0 ? "" : ": " + string.Join(" / ", noise);
            }
        }
    }

    /// <summary>The message on a line; null when the program printed it.</summary>
    private static WorkerMessage? Parse(string line)
    {
        if (!line.StartsWith('{'))
        {
            return null;
        }

        try
        {
            return WorkerJson.ReadMessage(line);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            return null;
        }
    }
}
