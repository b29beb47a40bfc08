using Google.Protobuf;
using LibProcess.Http;
using LibProcess.Metrics;
using Mesos.Common.Protobuf;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;
using Metric = LibProcess.Metrics.Metric;
using OperationNames = Mesos.Master.Accept.OperationNames;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Master.State;

/// <summary>The metrics of one framework, by the names of the original, with its name and id as labels.</summary>
/// <remarks>Upstream: <c>FrameworkMetrics</c> in src/master/metrics.cpp. A framework keeps them until it is forgotten.</remarks>
internal sealed class FrameworkMetrics
{
    private static readonly TaskState[] ActiveStates =
        [TaskState.TaskStaging, TaskState.TaskStarting, TaskState.TaskRunning, TaskState.TaskKilling, TaskState.TaskUnreachable, TaskState.TaskUnknown];

    private static readonly (Event.Types.Type Type, string Name)[] EventNames =
    [
        .. Enum.GetValues<Event.Types.Type>()
            .Where(type => type is not Event.Types.Type.Unknown)
            .Select(type => (type, MetricNames.Of(type))),
    ];

    private readonly MetricsRegistry registry;
    private readonly (string, string)[] labels;
    private readonly List<Metric> all = [];
    private readonly PushGauge subscribed;
    private readonly Counter calls;
    private readonly Counter events;
    private readonly Dictionary<Call.Types.Type, Counter> callsByType;
    private readonly Dictionary<Event.Types.Type, Counter> eventsByType;
    private readonly Dictionary<TaskState, PushGauge> activeTasks;
    private readonly Dictionary<TaskState, Counter> terminalTasks;
    private readonly Counter operations;
    private readonly Dictionary<OperationType, Counter> operationsByType;
    private readonly Dictionary<string, PushGauge> suppressedRoles = new(StringComparer.Ordinal);

    public FrameworkMetrics(MetricsRegistry registry, FrameworkInfo info)
    {
        this.registry = registry;
        labels = [("framework_name", PercentEncoding.Encode(info.Name)), ("framework_id", info.Id.Value)];
        subscribed = Keep(registry.AddPushGauge(Name("subscribed")));
        calls = Count("calls");
        callsByType = Enum.GetValues<Call.Types.Type>().Where(type => type is not Call.Types.Type.Unknown)
            .ToDictionary(type => type, type => Count("calls/" + MetricNames.Of(type)));
        events = Count("events");
        eventsByType = EventNames.ToDictionary(entry => entry.Type, entry => Count("events/" + entry.Name));
        OffersSent = Count("offers/sent");
        OffersAccepted = Count("offers/accepted");
        OffersDeclined = Count("offers/declined");
        OffersRescinded = Count("offers/rescinded");
        activeTasks = ActiveStates.ToDictionary(
            state => state, state => Keep(registry.AddPushGauge(Name("tasks/active/" + MetricNames.Of(state)))));
        terminalTasks = Enum.GetValues<TaskState>().Where(state => state.IsTerminal())
            .ToDictionary(state => state, state => Count("tasks/terminal/" + MetricNames.Of(state)));
        operations = Count("operations");
        operationsByType = Enum.GetValues<OperationType>().Where(type => type is not OperationType.Unknown)
            .ToDictionary(type => type, type => Count("operations/" + OperationNames.Of(type).ToLowerInvariant()));
    }

    public Counter OffersSent { get; }

    public Counter OffersAccepted { get; }

    public Counter OffersDeclined { get; }

    public Counter OffersRescinded { get; }

    public bool Subscribed
    {
        set => subscribed.Value = value ? 1 : 0;
    }

    /// <summary>The scheduler called.</summary>
    public void Called(Call.Types.Type type)
    {
        calls.Increment();
        if (callsByType.TryGetValue(type, out Counter? counter))
        {
            counter.Increment();
        }
    }

    /// <summary>An operation was sent to an agent; of a launch each task.</summary>
    public void OperationSent(OperationType type)
    {
        operations.Increment();
        if (operationsByType.TryGetValue(type, out Counter? counter))
        {
            counter.Increment();
        }
    }

    /// <summary>The framework described itself: there is a metric for each of its roles.</summary>
    public void SetRoles(IReadOnlySet<string> roles, IReadOnlySet<string> suppressed)
    {
        foreach (string left in suppressedRoles.Keys.Where(role => !roles.Contains(role)).ToArray())
        {
            suppressedRoles.Remove(left, out PushGauge? gauge);
            all.Remove(gauge!);
            registry.Remove(gauge!);
        }

        foreach (string role in roles)
        {
            if (!suppressedRoles.TryGetValue(role, out PushGauge? gauge))
            {
                gauge = Keep(registry.AddPushGauge(
                    MetricName.Of("master/frameworks/{framework_name}/{framework_id}/roles/{role}/suppressed", [.. labels, ("role", role)])));
                suppressedRoles[role] = gauge;
            }

            gauge.Value = suppressed.Contains(role) ? 1 : 0;
        }
    }

    /// <summary>The framework wants no offers for some of its roles, or wants them again; without a name for all.</summary>
    public void Suppress(IReadOnlySet<string> roles, bool suppressed)
    {
        foreach ((_, PushGauge gauge) in suppressedRoles.Where(entry => roles.Count == 0 || roles.Contains(entry.Key)))
        {
            gauge.Value = suppressed ? 1 : 0;
        }
    }

    /// <summary>Something was sent to the scheduler.</summary>
    public void Sent(IMessage message)
    {
        Event.Types.Type? type = message switch
        {
            FrameworkRegisteredMessage or FrameworkReregisteredMessage => Event.Types.Type.Subscribed,
            ResourceOffersMessage => Event.Types.Type.Offers,
            InverseOffersMessage => Event.Types.Type.InverseOffers,
            RescindResourceOfferMessage => Event.Types.Type.Rescind,
            RescindInverseOfferMessage => Event.Types.Type.RescindInverseOffer,
            StatusUpdateMessage => Event.Types.Type.Update,
            UpdateOperationStatusMessage => Event.Types.Type.UpdateOperationStatus,
            ExecutorToFrameworkMessage => Event.Types.Type.Message,
            LostSlaveMessage or ExitedExecutorMessage => Event.Types.Type.Failure,
            FrameworkErrorMessage => Event.Types.Type.Error,
            _ => null,
        };
        if (type is { } known)
        {
            events.Increment();
            eventsByType[known].Increment();
        }
    }

    /// <summary>A task came, changed or went.</summary>
    /// <param name="from">Null for one that came.</param>
    /// <param name="to">Null for one that went.</param>
    public void TaskChanged(TaskState? from, TaskState? to)
    {
        if (from is { } before && activeTasks.TryGetValue(before, out PushGauge? left))
        {
            left.Decrement();
        }

        if (to is { } after)
        {
            if (activeTasks.TryGetValue(after, out PushGauge? entered))
            {
                entered.Increment();
            }
            else if (from != to && terminalTasks.TryGetValue(after, out Counter? ended))
            {
                ended.Increment();
            }
        }
    }

    public void Withdraw() => registry.Remove(all);

    private Counter Count(string name) => Keep(registry.AddCounter(Name(name)));

    private MetricName Name(string name) => MetricName.Of("master/frameworks/{framework_name}/{framework_id}/" + name, labels);

    private T Keep<T>(T metric)
        where T : Metric
    {
        all.Add(metric);
        return metric;
    }
}
