using LibProcess.Events;
using LibProcess.Processes;
using Mesos.Common;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master;

/// <summary>The gauges of a master, by the names of the original. They are read inside its events.</summary>
/// <remarks>Upstream: src/master/metrics.cpp.</remarks>
internal sealed class MasterGauges(
    MetricGroup group, ProcessBase master, MasterState state, MasterTimes times, TimeProvider clock, Func<EventKind, int> waiting)
{
    private static readonly string[] Amounts = ["cpus", "gpus", "mem", "disk"];

    public void Publish()
    {
        Add("uptime_secs", () => (clock.GetUtcNow() - times.Started).TotalSeconds);
        Add("elected", () => times.Elected is null ? 0 : 1);
        Add("event_queue_messages", () => waiting(EventKind.Message));
        Add("event_queue_dispatches", () => waiting(EventKind.Dispatch));
        Add("event_queue_http_requests", () => waiting(EventKind.Http));
        PublishAgents();
        PublishFrameworks();
        Add("outstanding_offers", () => state.Offers.Count);
        PublishTasks("tasks_staging", TaskState.TaskStaging);
        PublishTasks("tasks_starting", TaskState.TaskStarting);
        PublishTasks("tasks_running", TaskState.TaskRunning);
        PublishTasks("tasks_killing", TaskState.TaskKilling);
        Add("tasks_unreachable", () => state.Frameworks.Registered.Sum(framework =>
            framework.UnreachableTasks.Values.Count(task => task.State == TaskState.TaskUnreachable)));
        foreach (string name in Amounts)
        {
            PublishAmount(name, string.Empty, static resources => resources.NonRevocable());
            PublishAmount(name, "_revocable", static resources => resources.Revocable());
        }
    }

    private void PublishAgents()
    {
        Add("slaves_connected", () => state.Agents.Registered.Count(agent => agent.Connected));
        Add("slaves_disconnected", () => state.Agents.Registered.Count(agent => !agent.Connected));
        Add("slaves_active", () => state.Agents.Registered.Count(agent => agent.Active));
        Add("slaves_inactive", () => state.Agents.Registered.Count(agent => !agent.Active));
        Add("slaves_unreachable", () => state.Agents.Unreachable.Count);
    }

    private void PublishFrameworks()
    {
        Add("frameworks_connected", () => state.Frameworks.Registered.Count(framework => framework.Connected));
        Add("frameworks_disconnected", () => state.Frameworks.Registered.Count(framework => !framework.Connected));
        Add("frameworks_active", () => state.Frameworks.Registered.Count(framework => framework.Active));
        Add("frameworks_inactive", () => state.Frameworks.Registered.Count(framework => !framework.Active));
    }

    private void PublishTasks(string name, TaskState taskState) => Add(name, () => state.Agents.Tasks[taskState]);

    private void PublishAmount(string name, string suffix, Func<Resources, Resources> part)
    {
        Add($"{name}{suffix}_total", Total);
        Add($"{name}{suffix}_used", Used);
        Add($"{name}{suffix}_percent", () => Total() is var total and > 0 ? Used() / total : 0);

        double Total() => state.Agents.Registered.Sum(agent => part(agent.TotalResources).Scalar(name) ?? 0);

        double Used() => state.Agents.Registered.Sum(agent => part(agent.Used.Total).Scalar(name) ?? 0);
    }

    private void Add(string name, Func<double> read) => group.AddGauge(name, master, read);
}
