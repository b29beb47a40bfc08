using LibProcess.Addressing;
using Mesos.Proto;

namespace Mesos.Common.Protobuf;

/// <summary>Where the HTTP endpoints of an agent are, as offers say it.</summary>
public static class AgentUrls
{
    /// <summary>The URL in an offer: the agent's published name, address and port, and its process as path.</summary>
    public static URL Create(UPid agent, string hostname)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return new URL
        {
            Scheme = "http",
            Address = new Address { Hostname = hostname, Ip = agent.Address.ToIPAddress().ToString(), Port = agent.Address.Port },
            Path = "/" + agent.Id,
        };
    }
}
