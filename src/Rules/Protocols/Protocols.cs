using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Rules;

/// <summary>The protocol tables, by the name contracts use.</summary>
public static class Protocols
{
    /// <summary>All tables.</summary>
    public static IReadOnlyList<ProtocolTable> All { get; } =
    [
        PercpuLineProtocol.Table, LineNmiProtocol.Table, CpuStopProtocol.Table, InterruptEndProtocol.Table, RegisterWriteProtocol.DistributorTable,
        RegisterWriteProtocol.RedistributorTable, RedistributorPowerProtocol.Table, LineEnableProtocol.Table, NmiEntryProtocol.Table, FlowHandlerProtocol.Table, WwTicketProtocol.Ticket, WwTicketProtocol.Object,
    ];

    /// <summary>The table of this name, or null.</summary>
    public static ProtocolTable? Find(string name) => All.FirstOrDefault(table => table.Name == name);
}
