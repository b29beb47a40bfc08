using LibProcess.Futures;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Proto;
using Mesos.Sched;

namespace Mesos.Integration.Tests;

/// <summary>A hundred tasks one after the other through the scheduler driver.</summary>
[TestFixture]
[Platform("Linux")]
[CancelAfter(300_000)]
internal sealed class ManyTasksTests
{
    [Test]
    public async Task None_of_a_hundred_tasks_is_lost_and_no_process_is_left()
    {
        using Sandbox sandbox = new();
        await using var cluster = await Cluster.StartAsync(sandbox);
        HundredTasks scheduler = new(count: 100, atOnce: 8);
        FrameworkInfo framework = new() { User = Environment.UserName, Name = "a hundred tasks" };
        await using (MesosSchedulerDriver driver = new(scheduler, framework, cluster.Address))
        {
            driver.Start();
            await scheduler.Done.InTime();
            driver.Stop();
        }

        Assert.That(scheduler.Ends.Values.Where(status => status.State != TaskState.TaskFinished), Is.Empty, "agent: " + cluster.Agent.Errors);
        Assert.That(scheduler.Ends, Has.Count.EqualTo(100));
        Assert.That(await cluster.StopAsync(), Is.EqualTo((0, 0)));
        Assert.That(sandbox.Processes(), Is.Empty);
    }

    private sealed class HundredTasks(int count, int atOnce) : IScheduler
    {
        // Its own and those the agent adds for its executor. An offer may hold less: what another task has just given back.
        private readonly Resources perTask = Resources.Parse("cpus:0.2;mem:64");
        private readonly Promise<bool> done = new();
        private int launched;
        private int running;

        public Dictionary<string, TaskStatus> Ends { get; } = [];

        public Task Done => done.Task;

        public void Registered(ISchedulerDriver driver, FrameworkID frameworkId, MasterInfo masterInfo)
        {
        }

        public void ResourceOffers(ISchedulerDriver driver, IReadOnlyList<Offer> offers)
        {
            Filters soon = new() { RefuseSeconds = 0 };
            foreach (var offer in offers)
            {
                List<TaskInfo> tasks = [];
                for (var left = Resources.From(offer.Resources); launched < count && running < atOnce && left.Contains(perTask); left -= perTask)
                {
                    (launched, running) = (launched + 1, running + 1);
                    tasks.Add(Make($"task-{launched}", offer.SlaveId));
                }

                driver.LaunchTasks(offer.Id, tasks, soon);
            }
        }

        public void StatusUpdate(ISchedulerDriver driver, TaskStatus status)
        {
            if (status.State.IsTerminal() && Ends.TryAdd(status.TaskId.Value, status))
            {
                running--;
                if (Ends.Count == count)
                {
                    done.TrySet(true);
                }
            }
        }

        public void Error(ISchedulerDriver driver, string message) => done.TryFail(new InvalidOperationException(message));

        private static TaskInfo Make(string id, SlaveID agent) => new()
        {
            Name = id,
            TaskId = new TaskID { Value = id },
            SlaveId = agent,
            Command = new CommandInfo { Value = "exit 0" },
            Resources = { Scalar("cpus", 0.1), Scalar("mem", 32) },
        };

        private static Resource Scalar(string name, double amount) => new()
        {
            Name = name,
            Type = Value.Types.Type.Scalar,
            Scalar = new Value.Types.Scalar { Value = amount },
        };
    }
}
