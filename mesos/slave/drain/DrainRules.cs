namespace Mesos.Slave.Drain;

/// <summary>What draining changes in updates and kills.</summary>
/// <remarks>Upstream: <c>Slave::statusUpdate</c> and <c>Slave::drain</c> in src/slave/slave.cpp.</remarks>
internal static class DrainRules
{
    /// <summary>Says in the updates of killed tasks that it was the draining.</summary>
    public static void Adjust(TaskStatus status, DrainConfig? drain, bool partitionAware)
    {
        if (drain is null || status.State is not (TaskState.TaskKilling or TaskState.TaskKilled))
        {
            return;
        }

        status.Reason = Reason.SlaveDraining;
        if (drain.MarkGone && partitionAware)
        {
            status.State = TaskState.TaskGoneByOperator;
        }
    }

    /// <summary>The kill policy that replaces a task's own where that allows more time than the draining does; null keeps its own.</summary>
    public static KillPolicy? Override(KillPolicy? own, DrainConfig drain)
    {
        if (drain.MaxGracePeriod is not { } longest)
        {
            return null;
        }

        return own?.GracePeriod is { } grace && grace.Nanoseconds <= longest.Nanoseconds
            ? null
            : new KillPolicy { GracePeriod = longest.Clone() };
    }
}
