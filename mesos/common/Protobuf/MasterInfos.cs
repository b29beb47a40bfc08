using System.Buffers.Binary;
using LibProcess.Addressing;
using Mesos.Common.Versions;
using Mesos.Proto;
using CapabilityType = Mesos.Proto.MasterInfo.Types.Capability.Types.Type;

namespace Mesos.Common.Protobuf;

/// <summary>How masters describe themselves, and how others describe a master of whom they know the address only.</summary>
/// <remarks>Upstream: <c>createMasterInfo</c> in src/common/protobuf_utils.cpp, src/master/master.cpp and src/master/constants.cpp.</remarks>
public static class MasterInfos
{
    /// <summary>The capabilities a master of this version has, in the order they are sent.</summary>
    public static IReadOnlyList<CapabilityType> Capabilities { get; } =
        [CapabilityType.AgentUpdate, CapabilityType.AgentDraining, CapabilityType.QuotaV2];

    /// <summary>What a master tells about itself.</summary>
    /// <param name="pid">Its process.</param>
    /// <param name="id">The UUID of this start of the master, as text; ids of agents, frameworks and offers begin with it.</param>
    /// <param name="hostname">The name it publishes.</param>
    /// <param name="domain">Its fault domain, or null.</param>
    public static MasterInfo Create(UPid pid, string id, string hostname, DomainInfo? domain = null)
    {
        var info = Describe(pid, id, hostname);
        info.Version = MesosVersion.Wire;
        info.Domain = domain?.Clone();
        return info;
    }

    /// <summary>What is known of a master from its address alone: no version, no domain, the capabilities of this version.</summary>
    /// <param name="pid">Its process.</param>
    /// <param name="uuid">A fresh UUID, which keeps two such descriptions apart.</param>
    public static MasterInfo FromAddress(UPid pid, Guid uuid)
    {
        ArgumentNullException.ThrowIfNull(pid);
        return Describe(pid, $"{pid}-{uuid}", pid.Host ?? pid.Address.ToIPAddress().ToString());
    }

    /// <summary>
    /// The address in the form of the field <c>ip</c>: network byte order read as a number on a little-endian machine, so that 127.0.0.1 is
    /// 16777343.
    /// </summary>
    public static uint ToIpField(NetworkAddress address) => BinaryPrimitives.ReverseEndianness(address.Ip);

    private static MasterInfo Describe(UPid pid, string id, string hostname)
    {
        ArgumentNullException.ThrowIfNull(pid);
        MasterInfo info = new()
        {
            Id = id,
            Ip = ToIpField(pid.Address),
            Port = pid.Address.Port,
            Pid = pid.ToString(),
            Hostname = hostname,
            Address = new Address { Hostname = hostname, Ip = pid.Address.ToIPAddress().ToString(), Port = pid.Address.Port },
        };
        info.Capabilities.AddRange(Capabilities.Select(type => new MasterInfo.Types.Capability { Type = type }));
        return info;
    }
}
