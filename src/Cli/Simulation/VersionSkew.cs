using System.Reflection;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Simulation;

/// <summary>The handshake: the worker comes from the user's closure and must speak this tool's protocol.</summary>
internal static class VersionSkew
{
    /// <summary>What is wrong; null when tool and worker understand each other.</summary>
    public static UserErrorException? Of(HelloMessage hello)
    {
        string own = typeof(HelloMessage).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
        if (hello.Protocol == WorkerRequest.CurrentProtocol)
        {
            return null;
        }

        return new UserErrorException(
            $"the project uses IrqSafety {hello.Version} (worker protocol {hello.Protocol}); this tool is {own} (protocol {WorkerRequest.CurrentProtocol}).",
            "Use the tool and the packages of one version.");
    }
}
