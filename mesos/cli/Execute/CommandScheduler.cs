using System.Globalization;
using LibProcess.Futures;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Proto;
using Mesos.Sched;

namespace Mesos.Cli.Execute;

/// <summary>Launches one task on the first offer that is large enough, and tells how it goes.</summary>
/// <remarks>Upstream: <c>CommandScheduler</c> in src/cli/execute.cpp. Callbacks come from one thread at a time.</remarks>
/// <param name="plan">What to register and to launch.</param>
/// <param name="output">Where each step is told.</param>
/// <param name="killAfter">When to kill the task, counted from when it runs; null for never.</param>
/// <param name="clock">Time.</param>
internal sealed class CommandScheduler(ExecutePlan plan, TextWriter output, TimeSpan? killAfter, TimeProvider clock) : IScheduler
{
    private readonly Promise<TaskStatus> ended = new();
    private readonly Promise<(FrameworkID, TaskStatus)> started = new();
    private FrameworkID framework = new();
    private bool launched;
    private bool killScheduled;

    /// <summary>The last status of the task; fails with <see cref="SchedulerException"/> where the cluster refuses the framework.</summary>
    public Task<TaskStatus> Ended => ended.Task;

    /// <summary>The framework and the first status of the task that comes from an executor; never completes where it does not get that far.</summary>
    public Task<(FrameworkID Framework, TaskStatus Status)> Launched => started.Task;

    public void Registered(ISchedulerDriver driver, FrameworkID frameworkId, MasterInfo masterInfo)
    {
        framework = frameworkId;
        output.WriteLine($"Subscribed with ID {frameworkId.Value}");
    }

    public void ResourceOffers(ISchedulerDriver driver, IReadOnlyList<Offer> offers)
    {
        foreach (var offer in offers)
        {
            if (!launched && Fit(offer) is { } resources)
            {
                launched = true;
                Launch(driver, offer, resources);
            }
            else
            {
                driver.DeclineOffer(offer.Id);
            }
        }

        if (launched)
        {
            driver.SuppressOffers();
        }
    }

    public void StatusUpdate(ISchedulerDriver driver, TaskStatus status)
    {
        Print(status);
        if (status.Source == TaskStatus.Types.Source.Executor)
        {
            started.TrySet((framework, status));
        }

        if (status.State == TaskState.TaskRunning && killAfter is { } delay && !killScheduled)
        {
            killScheduled = true;
            _ = KillAsync(driver, delay);
        }

        if (status.State.IsTerminal())
        {
            ended.TrySet(status);
        }
    }

    public void Disconnected(ISchedulerDriver driver) => output.WriteLine("Disconnected from the master");

    public void Reregistered(ISchedulerDriver driver, MasterInfo masterInfo) => output.WriteLine("Connected to the master again");

    public void Error(ISchedulerDriver driver, string message) => ended.TryFail(new SchedulerException(message));

    /// <summary>What a program that ran the task in place of its user exits with: as the command did, where it exited by itself.</summary>
    public static int ExitCode(TaskStatus status)
    {
        const string Exited = "Command exited with status ";
        return status.State == TaskState.TaskFinished ? ExitCodes.Success
            : status.State == TaskState.TaskFailed
                && status.Message.StartsWith(Exited, StringComparison.Ordinal)
                && int.TryParse(status.Message.AsSpan(Exited.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
                && code != ExitCodes.Success ? code
            : ExitCodes.Failure;
    }

    private Resources? Fit(Offer offer)
    {
        var offered = Resources.From(offer.Resources).Unallocate();
        var wanted = Resources.From(plan.Task.Resources);
        if (!offered.ToUnreserved().Contains(wanted))
        {
            return null;
        }

        var role = plan.Framework.Roles.Count > 0 ? plan.Framework.Roles[0] : plan.Framework.Role;
        return offered.Find(role == "*" ? wanted : wanted.PushReservation(new Resource.Types.ReservationInfo
        {
            Type = Resource.Types.ReservationInfo.Types.Type.Static,
            Role = role,
        }));
    }

    private void Launch(ISchedulerDriver driver, Offer offer, Resources resources)
    {
        var task = plan.Task.Clone();
        task.SlaveId = offer.SlaveId;
        task.Resources.Clear();
        task.Resources.AddRange(resources);
        driver.LaunchTasks(offer.Id, [task]);
        output.WriteLine($"Submitted task '{task.Name}' to agent '{offer.SlaveId.Value}'");
    }

    private async Task KillAsync(ISchedulerDriver driver, TimeSpan delay)
    {
        await Task.Delay(delay, clock, CancellationToken.None);
        output.WriteLine($"Asked to kill task '{plan.Task.TaskId.Value}'");
        driver.KillTask(plan.Task.TaskId);
    }

    private void Print(TaskStatus status)
    {
        List<string> lines = [$"Received status update {status.State.WireName()} for task '{status.TaskId.Value}'"];
        if (status.HasMessage)
        {
            lines.Add($"  message: '{status.Message}'");
        }

        if (status.HasSource)
        {
            lines.Add($"  source: SOURCE_{WireName(status.Source.ToString())}");
        }

        if (status.HasReason)
        {
            lines.Add($"  reason: REASON_{WireName(status.Reason.ToString())}");
        }

        if (status.HasHealthy)
        {
            lines.Add($"  healthy?: {(status.Healthy ? 1 : 0)}");
        }

        // One write, so that the status stays together whoever else writes.
        output.WriteLine(string.Join(System.Environment.NewLine, lines));
        output.Flush();
    }

    /// <summary>The generated <c>TaskInvalid</c> as it is on the wire, <c>TASK_INVALID</c>.</summary>
    private static string WireName(string name) =>
        string.Concat(name.Select(static (letter, index) => (index > 0 && char.IsAsciiLetterUpper(letter) ? "_" : "") + char.ToUpperInvariant(letter)));
}

/// <summary>The cluster refuses the framework, or the driver cannot go on.</summary>
/// <param name="message">Why, as a sentence.</param>
internal sealed class SchedulerException(string message) : Exception(message);
