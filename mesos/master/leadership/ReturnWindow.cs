using System.Globalization;
using Mesos.Common.Values;
using Mesos.Master.Agents;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Leadership;

/// <summary>The time agents of the registry have to come back to a new master; those that stay away are marked unreachable.</summary>
/// <remarks>Upstream: <c>Master::recoveredSlavesTimeout</c> in src/master/master.cpp.</remarks>
internal sealed class ReturnWindow(IMasterContext context, MasterState state, Unreachable unreachable)
{
    /// <summary>Begins the time.</summary>
    /// <param name="known">How many agents the registry had.</param>
    public void Open(int known)
    {
        if (known > 0)
        {
            context.Delay(context.Options.AgentReregisterTimeout, () => Close(known), nameof(ReturnWindow));
        }
    }

    private void Close(int known)
    {
        Dictionary<string, SlaveInfo> away = state.Agents.Recovered;
        double limit = context.Options.RecoveryAgentRemovalLimit;
        if ((double)away.Count / known > limit)
        {
            string timeout = Duration.FromTimeSpan(context.Options.AgentReregisterTimeout).ToString();
            context.Fail("keep the agents of the registry", new IOException(string.Create(
                CultureInfo.InvariantCulture,
                $"{away.Count} of {known} agents of the registry did not come back within {timeout}, which is more than the {limit:P0} that"
                + $" --recovery_agent_removal_limit allows: {string.Join(", ", away.Keys.Order(StringComparer.Ordinal))}")));
            return;
        }

        foreach ((string id, SlaveInfo info) in away.Where(entry => !state.Agents.Reregistering.Contains(entry.Key)).ToArray())
        {
            context.Logger.AgentStayedAway(id, info.Hostname, context.Options.AgentReregisterTimeout);
            context.Metrics.UnreachableScheduled.Increment();
            context.Run(() => MarkAsync(id), nameof(ReturnWindow));
        }
    }

    private async Task MarkAsync(string id)
    {
        if (context.RemovalLimiter is { } limiter)
        {
            await limiter.AcquireAsync(context.Terminated);
        }

        // It may have come back while it waited for its turn.
        bool marked = await unreachable.MarkRecoveredAsync(id);
        (marked ? context.Metrics.UnreachableCompleted : context.Metrics.UnreachableCanceled).Increment();
    }
}
