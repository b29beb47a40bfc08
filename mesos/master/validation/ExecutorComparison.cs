using Mesos.Common;
using Mesos.Proto;

namespace Mesos.Master.Validation;

/// <summary>Whether two descriptions mean the same executor.</summary>
/// <remarks>Upstream: <c>operator==</c> for ExecutorInfo in src/common/type_utils.cpp: the order of resources does not count.</remarks>
internal static class ExecutorComparison
{
    public static bool AreSame(ExecutorInfo left, ExecutorInfo right)
    {
        if (left.Equals(right))
        {
            return true;
        }

        if (Resources.From(left.Resources) != Resources.From(right.Resources))
        {
            return false;
        }

        return WithoutResources(left).Equals(WithoutResources(right));
    }

    /// <summary>What tells two executors apart, for the message to the framework.</summary>
    public static string Describe(ExecutorInfo executor) =>
        $"executor_id: {executor.ExecutorId.Value}, name: {executor.Name}, type: {executor.Type},"
        + $" command: {executor.Command?.Value}, resources: {Resources.From(executor.Resources)}";

    private static ExecutorInfo WithoutResources(ExecutorInfo executor)
    {
        ExecutorInfo copy = executor.Clone();
        copy.Resources.Clear();
        return copy;
    }
}
