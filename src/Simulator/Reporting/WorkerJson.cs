using System.Text.Json;
using System.Text.Json.Serialization;

namespace IrqSafety.Simulator;

/// <summary>
/// The form in which requests and messages travel: one JSON object, on one line, camel-case names. Both ends read and write it here, so that
/// they cannot disagree.
/// </summary>
public static class WorkerJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        PropertyNameCaseInsensitive = true,
        AllowOutOfOrderMetadataProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A request as text.</summary>
    public static string Write(WorkerRequest request) => JsonSerializer.Serialize(request, Options);

    /// <summary>A message as one line.</summary>
    public static string Write(WorkerMessage message) => JsonSerializer.Serialize(message, Options);

    /// <summary>Reads a request.</summary>
    /// <exception cref="JsonException">The text is not a request.</exception>
    public static WorkerRequest ReadRequest(string text) =>
        JsonSerializer.Deserialize<WorkerRequest>(text, Options) ?? throw new JsonException("a request is a JSON object");

    /// <summary>Reads one line of a worker.</summary>
    /// <exception cref="JsonException">The line is not a message.</exception>
    public static WorkerMessage ReadMessage(string line) =>
        JsonSerializer.Deserialize<WorkerMessage>(line, Options) ?? throw new JsonException("a message is a JSON object");
}
