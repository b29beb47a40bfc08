using Mesos.Master.Registrar;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Leadership;

/// <summary>Takes over what an earlier master left in the registry, before the first message is handled.</summary>
/// <remarks>Upstream: <c>Master::_recover</c> in src/master/master.cpp. Quotas and weights of the registry are kept there and not used yet.</remarks>
internal sealed class RegistryRecovery(IMasterContext context, MasterState state, RegistryGc gc, ReturnWindow window)
{
    public void Recover(Registry registry)
    {
        AgentTable agents = state.Agents;
        foreach (Registry.Types.Slave agent in registry.Slaves?.Slaves_ ?? [])
        {
            string id = agent.Info.Id.Value;
            agents.Recovered[id] = AgentDescriptions.FromStored(agent.Info);
            RecoverDraining(id, agent.DrainInfo, agent.Deactivated);
        }

        foreach (Registry.Types.UnreachableSlave agent in registry.Unreachable?.Slaves ?? [])
        {
            agents.Unreachable[agent.Id.Value] = agent.Timestamp;
            RecoverDraining(agent.Id.Value, agent.DrainInfo, agent.Deactivated);
        }

        foreach (Registry.Types.GoneSlave agent in registry.Gone?.Slaves ?? [])
        {
            agents.Gone[agent.Id.Value] = agent.Timestamp;
        }

        foreach (Registry.Types.Machine machine in registry.Machines?.Machines_ ?? [])
        {
            state.Machines.Set(machine.Info);
        }

        state.Machines.Schedules.AddRange(registry.Schedules);
        if (registry.Quotas.Count + registry.QuotaConfigs.Count + registry.Weights.Count > 0)
        {
            context.Logger.RegistryPartsNotUsed();
        }

        gc.Start();
        window.Open(agents.Recovered.Count);
    }

    private void RecoverDraining(string id, DrainInfo? info, bool deactivated)
    {
        if (info is not null)
        {
            state.Agents.Draining[id] = info;
        }

        if (deactivated)
        {
            state.Agents.Deactivated.Add(id);
        }
    }
}
