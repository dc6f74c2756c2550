using System;
using System.IO;

namespace IrqSafety.Simulator;

/// <summary>The worker process: <c>IrqSafety.Simulator.dll worker request.json</c>.</summary>
public static class Program
{
    private const int Served = 0;
    private const int InternalError = 1;
    private const int Refused = 5;

    /// <summary>Serves one request. Messages go to standard output, one JSON object a line; what the program prints goes to standard error.</summary>
    public static int Main(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        Console.SetOut(Console.Error);
        Console.SetIn(TextReader.Null);
        if (arguments is not ["worker", { } request])
        {
            Send(new ErrorMessage("bad-arguments", "usage: dotnet exec IrqSafety.Simulator.dll worker request.json (the irqsafety tool starts it)"));
            return Refused;
        }

        try
        {
            return Exit(new Worker(Send).Serve(request) ? Served : Refused);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Console.Error.WriteLine(exception);
            Send(new ErrorMessage("internal", $"the simulator failed: {exception.Message} This is a defect of IrqSafety; please report it with the lines on standard error."));
            return Exit(InternalError);
        }

        void Send(WorkerMessage message) => output.WriteLine(WorkerJson.Write(message));
    }

    // Threads that the program did not give back must not keep the process alive.
    private static int Exit(int code)
    {
        Environment.ExitCode = code;
        return code;
    }
}
