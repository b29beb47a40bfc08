using System.Buffers.Binary;
using LibProcess.Addressing;
using Mesos.Proto;

namespace Mesos.Master.Leadership;

/// <summary>What a master says of itself.</summary>
/// <remarks>Upstream: the constructor of <c>Master</c> in src/master/master.cpp.</remarks>
internal static class MasterDescription
{
    public static MasterInfo Create(UPid self, Guid id, string? hostname)
    {
        string ip = self.Address.ToIPAddress().ToString();
        string name = hostname ?? ip;
        return new MasterInfo
        {
            Id = id.ToString("D"),

            // The older field holds the address in network byte order, read as a number of a little-endian machine.
            Ip = BinaryPrimitives.ReverseEndianness(self.Address.Ip),
            Port = self.Address.Port,
            Pid = self.ToString(),
            Hostname = name,
            Version = MasterOptions.ProtocolVersion,
            Address = new Address { Hostname = name, Ip = ip, Port = self.Address.Port },
            Capabilities =
            {
                new MasterInfo.Types.Capability { Type = MasterInfo.Types.Capability.Types.Type.AgentUpdate },
                new MasterInfo.Types.Capability { Type = MasterInfo.Types.Capability.Types.Type.AgentDraining },
                new MasterInfo.Types.Capability { Type = MasterInfo.Types.Capability.Types.Type.QuotaV2 },
            },
        };
    }
}
