using LibProcess.Suite.Rounds;

namespace Mesos.Suite.Workloads;

/// <summary>What this program can measure.</summary>
internal static class AgentWorkloads
{
    public static IWorkload Create(Order order, string executable) => order.Workload switch
    {
        "start" => new TaskStart(order.Shape, executable),
        "many" => new ManyTasks(order.Shape, executable),
        "memory" => new Memory(order.Shape, executable),
        "recovery" => new Recovery(order.Shape, executable),
        "updates" => new StatusUpdates(order.Shape, executable),
        _ => throw new NotSupportedException($"There is no workload '{order.Workload}'"),
    };
}
