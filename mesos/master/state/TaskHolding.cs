using Mesos.Common.Protobuf;
using Mesos.Proto;

namespace Mesos.Master.State;

/// <summary>Which tasks count as using resources.</summary>
internal static class TaskHolding
{
    /// <summary>Whether a task in this state holds nothing: it has ended, or its agent is out of reach and no longer counted.</summary>
    public static bool HoldsNothing(this TaskState state) => state.IsTerminal() || state == TaskState.TaskUnreachable;
}
