using LibProcess.Testing;
using Mesos.Cli.Execute;
using Mesos.Proto;
using Mesos.Sched;

namespace Mesos.Cli.Tests.Execute;

[TestFixture]
[CancelAfter(30_000)]
internal sealed class CommandSchedulerTests
{
    private readonly VirtualClock clock = new();
    private StringWriter output = null!;
    private FakeDriver driver = null!;

    [SetUp]
    public void SetUp() => (output, driver) = (new StringWriter(), new FakeDriver());

    [Test]
    public void The_first_offer_that_is_large_enough_is_used_and_no_more_are_wanted()
    {
        Scheduler().ResourceOffers(driver, [Offer("small", 0.5), Offer("large", 4), Offer("larger", 8)]);
        Assert.That(driver.Calls, Is.EqualTo(new[] { "decline small", "launch job on large with cpus:1", "decline larger", "suppress" }));
        Assert.That(output.ToString(), Is.EqualTo($"Submitted task 'job' to agent 'S-large'{Environment.NewLine}"));
    }

    [Test]
    public void Offers_too_small_are_declined_and_others_awaited()
    {
        Scheduler().ResourceOffers(driver, [Offer("small", 0.5)]);
        Assert.That(driver.Calls, Is.EqualTo(new[] { "decline small" }));
    }

    [Test]
    public void Resources_reserved_to_the_role_are_preferred()
    {
        var offer = Offer("mixed", 4);
        Resource reserved = offer.Resources[0].Clone();
        reserved.Reservations.Add(new Resource.Types.ReservationInfo { Type = Resource.Types.ReservationInfo.Types.Type.Static, Role = "web" });
        offer.Resources.Add(reserved);
        Scheduler(role: "web").ResourceOffers(driver, [offer]);
        Assert.That(driver.Launched!.Resources.Single().Reservations.Single().Role, Is.EqualTo("web"));
    }

    [Test]
    public async Task A_status_is_told_with_all_it_says()
    {
        var scheduler = Scheduler();
        scheduler.StatusUpdate(driver, new TaskStatus
        {
            TaskId = new TaskID { Value = "job" },
            State = TaskState.TaskFailed,
            Message = "Command exited with status 3",
            Source = TaskStatus.Types.Source.Executor,
            Reason = TaskStatus.Types.Reason.ContainerLaunchFailed,
        });
        Assert.That(output.ToString().ReplaceLineEndings("\n"), Is.EqualTo(
            "Received status update TASK_FAILED for task 'job'\n" +
            "  message: 'Command exited with status 3'\n" +
            "  source: SOURCE_EXECUTOR\n" +
            "  reason: REASON_CONTAINER_LAUNCH_FAILED\n"));
        Assert.That(CommandScheduler.ExitCode(await scheduler.Ended), Is.EqualTo(3));
    }

    [TestCase(TaskState.TaskFinished, "Command exited with status 0", 0)]
    [TestCase(TaskState.TaskFailed, "Command exited with status 42", 42)]
    [TestCase(TaskState.TaskFailed, "Command terminated with signal Killed", 1)]
    [TestCase(TaskState.TaskFailed, "", 1)]
    [TestCase(TaskState.TaskKilled, "Command exited with status 0", 1)]
    [TestCase(TaskState.TaskLost, "", 1)]
    public void The_exit_code_is_that_of_the_command_where_it_has_one(TaskState state, string message, int code) =>
        Assert.That(CommandScheduler.ExitCode(new TaskStatus { State = state, Message = message }), Is.EqualTo(code));

    [Test]
    public void A_task_that_takes_too_long_is_killed_once()
    {
        var scheduler = Scheduler(killAfter: TimeSpan.FromSeconds(10));
        TaskStatus running = new() { TaskId = new TaskID { Value = "job" }, State = TaskState.TaskRunning };
        scheduler.StatusUpdate(driver, running);
        scheduler.StatusUpdate(driver, running);
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.That(driver.Calls, Is.Empty);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(() => driver.Calls, Is.EqualTo(new[] { "kill job" }).After(5_000, 5));
    }

    [Test]
    public void An_error_of_the_driver_ends_the_wait()
    {
        var scheduler = Scheduler();
        scheduler.Error(driver, "refused");
        Assert.That(async () => await scheduler.Ended, Throws.TypeOf<SchedulerException>().With.Message.EqualTo("refused"));
    }

    private CommandScheduler Scheduler(string role = "*", TimeSpan? killAfter = null)
    {
        ExecutePlan plan = new(ExecutePlan.CommandFramework(), ExecutePlan.ShellTask("job", "true", "cpus:1"));
        plan.Framework.Role = role;
        return new CommandScheduler(plan, output, killAfter, clock);
    }

    private static Offer Offer(string id, double cpus) => new()
    {
        Id = new OfferID { Value = id },
        SlaveId = new SlaveID { Value = "S-" + id },
        Resources =
        {
            new Resource
            {
                Name = "cpus",
                Type = Value.Types.Type.Scalar,
                Scalar = new Value.Types.Scalar { Value = cpus },
                AllocationInfo = new Resource.Types.AllocationInfo { Role = "*" },
            },
        },
    };
}
