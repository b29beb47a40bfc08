namespace Mesos.Slave.State;

/// <summary>An operation on the agent's own resources, from its arrival until its outcome is acknowledged.</summary>
/// <remarks>Upstream: <c>Slave::operations</c> in src/slave/slave.hpp. Touched by the agent's process only.</remarks>
internal sealed class AgentOperation(Guid uuid, Operation record)
{
    /// <summary>Its identity between master and agent.</summary>
    public Guid Uuid => uuid;

    /// <summary>What others are told: pending, until the outcome is kept.</summary>
    public Operation Record => record;

    /// <summary>What came of it; null while nothing has.</summary>
    public OperationStatus? Outcome { get; private set; }

    /// <summary>What is written down: the operation with its outcome.</summary>
    public Operation ToKeep()
    {
        Operation kept = record.Clone();
        if (Outcome is { } outcome)
        {
            Settle(kept, outcome);
        }

        return kept;
    }

    /// <summary>Decides what comes of it. Nobody is told before <see cref="Told"/>.</summary>
    public void Decide(OperationStatus outcome) => Outcome = outcome;

    /// <summary>The outcome is kept, and others may know.</summary>
    public void Told()
    {
        if (Outcome is { } outcome)
        {
            Settle(record, outcome);
            Outcome = null;
        }
    }

    private static void Settle(Operation operation, OperationStatus outcome)
    {
        operation.LatestStatus = outcome.Clone();
        operation.Statuses.Add(outcome.Clone());
    }
}
