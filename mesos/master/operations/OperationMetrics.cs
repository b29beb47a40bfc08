using LibProcess.Metrics;
using Mesos.Master.Accept;
using Mesos.Proto;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Master.Operations;

/// <summary>How many operations there are in each state, and were in each state in which they end; in all and by kind.</summary>
/// <remarks>Upstream: <c>Metrics::OperationStates</c> in src/master/metrics.hpp. Launches are counted as tasks.</remarks>
internal sealed class OperationMetrics(MetricGroup group)
{
    private readonly StateMetrics all = new(group, "operations/");
    private readonly Dictionary<OperationType, StateMetrics> byType = Enum.GetValues<OperationType>()
        .Where(type => type is not (OperationType.Unknown or OperationType.Launch or OperationType.LaunchGroup))
        .ToDictionary(type => type, type => new StateMetrics(group, $"operations/{OperationNames.Of(type).ToLowerInvariant()}/"));

    public void Add(OperationType type, OperationState state) => Count(type, state, 1);

    public void Remove(OperationType type, OperationState state) => Count(type, state, -1);

    public void Move(OperationType type, OperationState from, OperationState to)
    {
        if (from != to)
        {
            Remove(type, from);
            Add(type, to);
        }
    }

    private void Count(OperationType type, OperationState state, int by)
    {
        all.Count(state, by);
        if (byType.TryGetValue(type, out StateMetrics? metrics))
        {
            metrics.Count(state, by);
        }
    }

    private sealed class StateMetrics(MetricGroup group, string prefix)
    {
        private readonly Counter total = group.AddCounter(prefix + "total");

        private readonly Dictionary<OperationState, Counter> ended = new()
        {
            [OperationState.OperationFinished] = group.AddCounter(prefix + "finished"),
            [OperationState.OperationFailed] = group.AddCounter(prefix + "failed"),
            [OperationState.OperationError] = group.AddCounter(prefix + "error"),
            [OperationState.OperationDropped] = group.AddCounter(prefix + "dropped"),
            [OperationState.OperationGoneByOperator] = group.AddCounter(prefix + "gone_by_operator"),
        };

        private readonly Dictionary<OperationState, PushGauge> current = new()
        {
            [OperationState.OperationPending] = group.AddPushGauge(prefix + "pending"),
            [OperationState.OperationRecovering] = group.AddPushGauge(prefix + "recovering"),
            [OperationState.OperationUnreachable] = group.AddPushGauge(prefix + "unreachable"),
        };

        public void Count(OperationState state, int by)
        {
            total.Increment(by);
            if (ended.TryGetValue(state, out Counter? counter))
            {
                counter.Increment(by);
            }
            else if (current.TryGetValue(state, out PushGauge? gauge))
            {
                gauge.Increment(by);
            }
        }
    }
}
