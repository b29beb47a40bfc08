using System.Globalization;
using System.Net;
using LibProcess.Processes;
using Mesos.Common.Flags;
using Mesos.Local;
using Mesos.Master;
using Mesos.Slave;

namespace Mesos.Cli.Local;

/// <summary>Makes the options of a local cluster from its own flags and, for master and agents, from the environment.</summary>
internal static class LocalSetup
{
    /// <param name="flags">Those of the command.</param>
    /// <param name="environment">Where flags of master and agents are.</param>
    /// <param name="workDirectory">Where files go.</param>
    /// <param name="node">What master and agents have in common.</param>
    /// <param name="warn">Told of what has no effect.</param>
    /// <param name="error">Which variable has a value that is not accepted, where the answer is null.</param>
    public static LocalClusterOptions? TryMake(
        FlagValues flags,
        IReadOnlyDictionary<string, string> environment,
        string workDirectory,
        ProcessManagerOptions node,
        Action<string> warn,
        out string? error)
    {
        var ip = flags.Get(LocalFlags.Ip) ?? IPAddress.Loopback;

        // A registry outlives the cluster where its agents do.
        string[] registry = flags.Get(LocalFlags.WorkDirectory) is null
            ? ["--registry=in_memory"]
            : ["--registry=local", $"--work_dir={Path.Combine(workDirectory, "master")}"];
        if (!MasterFlags.Table.TryLoad([$"--ip={ip}", .. registry], environment, out var master, out error))
        {
            return null;
        }

        foreach (var warning in master.Warnings)
        {
            warn(warning);
        }

        var agentNode = node;
        List<SlaveOptions> agents = [];
        for (var index = 0; index < flags.Get(LocalFlags.Agents); index++)
        {
            // Where the master is, the cluster knows itself; the flag only has to be there.
            var directory = Path.Combine(workDirectory, "agents", index.ToString(CultureInfo.InvariantCulture), "work");
            string[] arguments = [$"--ip={ip}", "--port=0", $"--master={ip}:1", $"--work_dir={directory}"];
            if (!SlaveFlags.Table.TryLoad(arguments, environment, out var agent, out error))
            {
                return null;
            }

            if (index == 0)
            {
                foreach (var warning in agent.Warnings.Except(master.Warnings))
                {
                    warn(warning);
                }
            }

            agentNode = SlaveFlags.ApplyTo(agent, node);
            agents.Add(SlaveFlags.ToOptions(agent));
        }

        return new LocalClusterOptions
        {
            MasterNode = node with { Ip = ip, Port = flags.Get(LocalFlags.Port) },
            AgentNode = agentNode with { Ip = ip, Port = 0, AdvertiseIp = node.AdvertiseIp, AdvertisePort = node.AdvertisePort },
            Master = MasterFlags.ToOptions(master),
            Agents = agents,
        };
    }
}
