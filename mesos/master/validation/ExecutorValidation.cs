using Mesos.Common;
using Mesos.Common.Values;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Validation;

/// <summary>Rules for executors. Every rule answers null when it is kept, else a sentence.</summary>
/// <remarks>Upstream: <c>executor</c> in src/master/validation.cpp.</remarks>
internal static class ExecutorValidation
{
    /// <summary>What is wrong with an executor wherever it comes from.</summary>
    public static string? Validate(ExecutorInfo executor) =>
        ValidateType(executor)
        ?? IdRules.Validate(executor.ExecutorId.Value)
        ?? (executor.ShutdownGracePeriod?.Nanoseconds < 0 ? "ExecutorInfo's 'shutdown_grace_period' must be non-negative" : null)
        ?? Within("Executor's `CommandInfo` is invalid: ", CommandValidation.Validate(executor.Command))
        ?? Within("Executor's `ContainerInfo` is invalid: ", CommandValidation.Validate(executor.Container));

    /// <summary>What is wrong with the executor of a task a framework launches on an agent.</summary>
    public static string? Validate(ExecutorInfo executor, Framework framework, Agent agent) =>
        Validate(executor)
        ?? ValidateFramework(executor, framework)
        ?? ValidateResources(executor)
        ?? ValidateCompatible(executor, framework, agent);

    private static string? ValidateType(ExecutorInfo executor) => executor.Type switch
    {
        // The type came late; executors without one are custom ones.
        ExecutorInfo.Types.Type.Default when executor.Command is not null =>
            "'ExecutorInfo.command' must not be set for 'DEFAULT' executor",
        ExecutorInfo.Types.Type.Default when executor.Container is { Type: not ContainerInfo.Types.Type.Mesos } =>
            "'ExecutorInfo.container.type' must be 'MESOS' for 'DEFAULT' executor",
        ExecutorInfo.Types.Type.Default when executor.Container?.Mesos?.Image is not null =>
            "'ExecutorInfo.container.mesos.image' must not be set for 'DEFAULT' executor",
        ExecutorInfo.Types.Type.Custom when executor.Command is null =>
            "'ExecutorInfo.command' must be set for 'CUSTOM' executor",
        _ => null,
    };

    private static string? ValidateFramework(ExecutorInfo executor, Framework framework) =>
        executor.FrameworkId is null ? "'ExecutorInfo.framework_id' must be set"
        : executor.FrameworkId.Value != framework.Id
            ? $"ExecutorInfo has an invalid FrameworkID (Actual: {executor.FrameworkId.Value} vs Expected: {framework.Id})"
            : null;

    private static string? ValidateResources(ExecutorInfo executor)
    {
        if (ResourceValidation.Validate(executor.Resources) is { } invalid)
        {
            return $"Executor uses invalid resources: {invalid}";
        }

        Resources resources = Resources.From(executor.Resources);
        return Within("Executor uses duplicate persistence ID: ", ResourceValidation.ValidateUniquePersistenceIds(resources))
            ?? Within("Invalid executor resources: ", ResourceValidation.ValidateOneRole(executor.Resources))
            ?? Within("Executor mixes revocable and non-revocable resources: ", ResourceValidation.ValidateOneRevocability(resources));
    }

    private static string? ValidateCompatible(ExecutorInfo executor, Framework framework, Agent agent)
    {
        if (agent.Executor(framework.Id, executor.ExecutorId.Value) is not { } existing || ExecutorComparison.AreSame(existing, executor))
        {
            return null;
        }

        return "ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID.\n"
            + "------------------------------------------------------------\n"
            + $"Existing ExecutorInfo:\n{ExecutorComparison.Describe(existing)}\n"
            + "------------------------------------------------------------\n"
            + $"ExecutorInfo:\n{ExecutorComparison.Describe(executor)}\n"
            + "------------------------------------------------------------\n";
    }

    private static string? Within(string prefix, string? problem) => problem is null ? null : prefix + problem;
}
