using Mesos.Proto;

namespace Mesos.Master.Validation;

/// <summary>Rules for checks and health checks. Every rule answers null when it is kept, else a sentence.</summary>
/// <remarks>Upstream: src/common/validation.cpp.</remarks>
internal static class CheckValidation
{
    public static string? Validate(HealthCheck check)
    {
        if (!check.HasType)
        {
            return "HealthCheck must specify 'type'";
        }

        string? problem = check.Type switch
        {
            HealthCheck.Types.Type.Command when check.Command is null => "Expecting 'command' to be set for COMMAND health check",
            HealthCheck.Types.Type.Command => ValidateCommand(check.Command, "Command health check", "Health check's"),
            HealthCheck.Types.Type.Http when check.Http is null => "Expecting 'http' to be set for HTTP health check",
            HealthCheck.Types.Type.Http when check.Http.HasScheme && check.Http.Scheme is not ("http" or "https") =>
                $"Unsupported HTTP health check scheme: '{check.Http.Scheme}'",
            HealthCheck.Types.Type.Http when check.Http.HasPath && !check.Http.Path.StartsWith('/') =>
                $"The path '{check.Http.Path}' of HTTP health check must start with '/'",
            HealthCheck.Types.Type.Http => null,
            HealthCheck.Types.Type.Tcp when check.Tcp is null => "Expecting 'tcp' to be set for TCP health check",
            HealthCheck.Types.Type.Tcp => null,
            _ => "'UNKNOWN' is not a valid health check type",
        };
        return problem
            ?? NotNegative(check.HasDelaySeconds, check.DelaySeconds, "delay_seconds")
            ?? NotNegative(check.HasGracePeriodSeconds, check.GracePeriodSeconds, "grace_period_seconds")
            ?? NotNegative(check.HasIntervalSeconds, check.IntervalSeconds, "interval_seconds")
            ?? NotNegative(check.HasTimeoutSeconds, check.TimeoutSeconds, "timeout_seconds");
    }

    public static string? Validate(CheckInfo check)
    {
        if (!check.HasType)
        {
            return "CheckInfo must specify 'type'";
        }

        string? problem = check.Type switch
        {
            CheckInfo.Types.Type.Command when check.Command is null => "Expecting 'command' to be set for COMMAND check",
            CheckInfo.Types.Type.Command => ValidateCommand(check.Command.Command_, "Command check", "Check's"),
            CheckInfo.Types.Type.Http when check.Http is null => "Expecting 'http' to be set for HTTP check",
            CheckInfo.Types.Type.Http when check.Http.HasPath && !check.Http.Path.StartsWith('/') =>
                $"The path '{check.Http.Path}' of HTTP check must start with '/'",
            CheckInfo.Types.Type.Http => null,
            CheckInfo.Types.Type.Tcp when check.Tcp is null => "Expecting 'tcp' to be set for TCP check",
            CheckInfo.Types.Type.Tcp => null,
            _ => "'UNKNOWN' is not a valid check type",
        };
        return problem
            ?? NotNegative(check.HasDelaySeconds, check.DelaySeconds, "delay_seconds")
            ?? NotNegative(check.HasIntervalSeconds, check.IntervalSeconds, "interval_seconds")
            ?? NotNegative(check.HasTimeoutSeconds, check.TimeoutSeconds, "timeout_seconds");
    }

    private static string? ValidateCommand(CommandInfo command, string subject, string owner) =>
        !command.HasValue ? $"{subject} must contain {(command.Shell ? "'shell command'" : "'executable path'")}"
        : CommandValidation.Validate(command) is { } problem ? $"{owner} `CommandInfo` is invalid: {problem}"
        : null;

    private static string? NotNegative(bool given, double value, string field) =>
        given && value < 0 ? $"Expecting '{field}' to be non-negative" : null;
}
