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
    /// <returns>Null with an error where a variable has a value that is not accepted.</returns>
    public static LocalClusterOptions? TryMake(
        FlagValues flags,
        IReadOnlyDictionary<string, string> environment,
        string workDirectory,
        ProcessManagerOptions node,
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

            agents.Add(SlaveFlags.ToOptions(agent));
        }

        return new LocalClusterOptions
        {
            MasterNode = node with { Ip = ip, Port = flags.Get(LocalFlags.Port) },
            AgentNode = node with { Ip = ip },
            Master = MasterFlags.ToOptions(master),
            Agents = agents,
        };
    }
}
