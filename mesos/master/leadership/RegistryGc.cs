using Mesos.Master.Registrar;
using Mesos.Master.Registrar.Operations;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Leadership;

/// <summary>Forgets agents that were unreachable or gone for long, or that are too many.</summary>
/// <remarks>Upstream: <c>Master::doRegistryGc</c> in src/master/master.cpp.</remarks>
internal sealed class RegistryGc(IMasterContext context, MasterState state, IRegistrar registrar)
{
    public void Start() => context.Delay(context.Options.RegistryGcInterval, OnInterval, nameof(RegistryGc));

    /// <summary>The oldest entries beyond the count, and all beyond the age. Pure.</summary>
    public static IReadOnlyList<string> Select(IReadOnlyCollection<KeyValuePair<string, TimeInfo>> entries, DateTimeOffset now, MasterOptions options)
    {
        int beyond = Math.Max(0, entries.Count - options.RegistryMaxAgentCount);
        long nanoseconds = now.ToTimeInfo().Nanoseconds;
        double oldest = options.RegistryMaxAgentAge.TotalNanoseconds;
        return [.. entries.Where((entry, index) => index < beyond || nanoseconds - entry.Value.Nanoseconds > oldest).Select(entry => entry.Key)];
    }

    private void OnInterval()
    {
        Start();
        IReadOnlyList<string> unreachable = Select(state.Agents.Unreachable, context.Now, context.Options);
        IReadOnlyList<string> gone = Select(state.Agents.Gone, context.Now, context.Options);
        if (unreachable.Count + gone.Count > 0)
        {
            context.Run(() => PruneAsync(unreachable, gone), nameof(RegistryGc));
        }
    }

    private async Task PruneAsync(IReadOnlyList<string> unreachable, IReadOnlyList<string> gone)
    {
        try
        {
            await registrar.ApplyAsync(new PruneAgents(unreachable, gone));
        }
        catch (IOException exception)
        {
            context.Fail("prune the registry", exception);
            return;
        }

        foreach (string id in unreachable.Where(id => state.Agents.Unreachable.Remove(id)))
        {
            ForgetTasks(id);
            if (!state.Agents.Recovered.ContainsKey(id) && state.Agents.Find(id) is null)
            {
                state.Agents.Draining.Remove(id);
                state.Agents.Deactivated.Remove(id);
            }
        }

        foreach (string id in gone)
        {
            state.Agents.Gone.Remove(id);
        }

        context.Logger.RegistryPruned(unreachable.Count, gone.Count);
    }

    private void ForgetTasks(string agentId)
    {
        if (state.Agents.UnreachableTasks.Remove(agentId, out List<(string Framework, string Task)>? tasks))
        {
            foreach ((string frameworkId, string taskId) in tasks)
            {
                state.Frameworks.Find(frameworkId)?.UnreachableTasks.Remove(taskId);
            }
        }
    }
}
