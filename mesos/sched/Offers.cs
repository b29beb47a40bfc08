using Google.Protobuf;
using LibProcess.Addressing;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Microsoft.Extensions.Logging;

namespace Mesos.Sched;

/// <summary>Outstanding offers, what becomes of them, and the agents that can be written to directly because tasks were launched there.</summary>
/// <remarks>Upstream: <c>savedOffers</c>, <c>savedSlavePids</c> and the methods that use them in src/sched/sched.cpp.</remarks>
internal sealed partial class Offers(SchedulerState state, IMasterChannel channel, SchedulerCallbacks callbacks, StatusUpdates updates, ILogger logger)
{
    private readonly Dictionary<string, (string Agent, UPid Pid)> outstanding = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UPid> launchedOn = new(StringComparer.Ordinal);

    /// <summary>Offers came. A list of agents of another length than that of the offers is dropped whole.</summary>
    public void Received(IReadOnlyList<Offer> offers, IReadOnlyList<string> pids)
    {
        // A message with inverse offers only, which this interface cannot tell.
        if (offers.Count == 0)
        {
            return;
        }

        if (offers.Count != pids.Count)
        {
            channel.CountDropped();
            LogSizes(offers.Count, pids.Count);
            return;
        }

        for (int i = 0; i < offers.Count; i++)
        {
            // An address that is not understood only means that messages to executors there go through the master.
            if (UPid.TryParse(pids[i], out UPid pid) && !pid.IsEmpty)
            {
                outstanding[offers[i].Id.Value] = (offers[i].SlaveId.Value, pid);
            }
        }

        callbacks.ResourceOffers(offers);
    }

    public void Rescinded(OfferID offer)
    {
        outstanding.Remove(offer.Value);
        callbacks.OfferRescinded(offer);
    }

    public void SlaveLost(SlaveID agent)
    {
        launchedOn.Remove(agent.Value);
        callbacks.SlaveLost(agent);
    }

    /// <summary>With the connection all offers end.</summary>
    public void Clear() => outstanding.Clear();

    public void Accept(IReadOnlyList<OfferID> offers, IReadOnlyList<Offer.Types.Operation> operations, Filters filters)
    {
        IEnumerable<TaskInfo> tasks = operations.SelectMany(Tasks);
        if (!state.Connected)
        {
            foreach (TaskInfo task in tasks)
            {
                updates.Undeliverable(task.TaskId);
            }

            return;
        }

        foreach (OfferID offer in offers)
        {
            Forget(offer, tasks);
        }

        channel.SendToMaster(Calls.Accept(state, offers, operations, filters));
    }

    public void Decline(OfferID offer, Filters filters)
    {
        if (!state.Connected)
        {
            return;
        }

        if (!outstanding.Remove(offer.Value))
        {
            LogUnknownOffer("decline", offer.Value);
        }

        channel.SendToMaster(Calls.Decline(state, offer, filters));
    }

    /// <summary>Straight to the agent where this driver launched something there, else through the master.</summary>
    public void SendMessage(ExecutorID executor, SlaveID agent, ByteString data)
    {
        if (!state.Connected)
        {
            return;
        }

        if (launchedOn.TryGetValue(agent.Value, out UPid? pid))
        {
            channel.Send(pid, new FrameworkToExecutorMessage
            {
                SlaveId = agent,
                FrameworkId = state.FrameworkId.Clone(),
                ExecutorId = executor,
                Data = data,
            });
        }
        else
        {
            channel.SendToMaster(Calls.Message(state, agent, executor, data));
        }
    }

    private static IEnumerable<TaskInfo> Tasks(Offer.Types.Operation operation) => operation.Type switch
    {
        Offer.Types.Operation.Types.Type.Launch => operation.Launch?.TaskInfos ?? [],
        Offer.Types.Operation.Types.Type.LaunchGroup => operation.LaunchGroup?.TaskGroup?.Tasks ?? [],
        _ => [],
    };

    private void Forget(OfferID offer, IEnumerable<TaskInfo> tasks)
    {
        if (!outstanding.Remove(offer.Value, out (string Agent, UPid Pid) saved))
        {
            LogUnknownOffer("accept", offer.Value);
            return;
        }

        foreach (TaskInfo task in tasks)
        {
            if (task.SlaveId.Value == saved.Agent)
            {
                launchedOn[saved.Agent] = saved.Pid;
            }
            else
            {
                LogWrongAgent(task.TaskId.Value, task.SlaveId.Value);
            }
        }
    }

    [LoggerMessage(4020, LogLevel.Warning, "Dropped a message with {Offers} offers but {Pids} agents: the numbers must be equal")]
    private partial void LogSizes(int offers, int pids);

    [LoggerMessage(4021, LogLevel.Warning, "Attempting to {Action} an unknown offer {Offer}")]
    private partial void LogUnknownOffer(string action, string offer);

    [LoggerMessage(4022, LogLevel.Warning, "Attempting to launch task {Task} with the wrong agent id {Agent}")]
    private partial void LogWrongAgent(string task, string agent);
}
