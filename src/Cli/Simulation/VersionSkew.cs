using System.Linq;
using System.Reflection;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Simulation;

/// <summary>
/// The handshake: the worker comes from the user's closure. It must speak this tool's protocol, and know the same laws and contracts: findings
/// and violations of two versions would not meet. Only the last part of a version leaves those alone.
/// </summary>
internal static class VersionSkew
{
    /// <summary>The version of this tool.</summary>
    public static string Own { get; } =
        typeof(HelloMessage).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>What is wrong; null when tool and worker understand each other.</summary>
    public static UserErrorException? Of(HelloMessage hello)
    {
        if (hello.Protocol == WorkerRequest.CurrentProtocol && Series(hello.Version) == Series(Own))
        {
            return null;
        }

        return new UserErrorException(
            $"the project uses IrqSafety {hello.Version} (worker protocol {hello.Protocol}); this tool is {Own} (protocol {WorkerRequest.CurrentProtocol}).",
            "Use the tool and the packages of one version.");
    }

    /// <summary>Major and minor: <c>0.1</c> of <c>0.1.3-rc.1</c>.</summary>
    private static string Series(string version) => string.Join('.', version.Split('.').Take(2));
}
