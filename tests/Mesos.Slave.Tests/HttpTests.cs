using System.Net;
using System.Text.Json;
using LibProcess.Futures;
using Mesos.Slave.Http;

namespace Mesos.Slave.Tests;

[TestFixture]
internal sealed class HttpTests
{
    private SlaveRig rig = null!;

    [SetUp]
    public async Task SetUp()
    {
        rig = new SlaveRig(options => options with { Flags = new Dictionary<string, string> { ["work_dir"] = "/w", ["ip"] = "127.0.0.1" } });
        await rig.RegisterAsync();
    }

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [Test]
    public async Task Health_is_an_empty_answer() => Assert.That(await rig.GetAsync("/health"), Is.Empty);

    [Test]
    public async Task State_of_an_idle_agent_is_that_of_the_original()
    {
        using JsonDocument state = JsonDocument.Parse(await rig.GetAsync("/state"));
        JsonElement root = state.RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(root.GetProperty("version").GetString(), Is.EqualTo("1.12.0"));
            Assert.That(root.GetProperty("id").GetString(), Is.EqualTo(SlaveRig.SlaveId));
            Assert.That(root.GetProperty("pid").GetString(), Is.EqualTo(rig.Slave.Self.ToString()));
            Assert.That(root.GetProperty("hostname").GetString(), Is.EqualTo("agent.example"));
            Assert.That(root.GetProperty("capabilities").GetArrayLength(), Is.EqualTo(8));
            Assert.That(root.GetProperty("resources").GetRawText(), Is.EqualTo(Amounts("10000.0", "4096.0", "4.0", ",\"ports\":\"[31000-32000]\"")));
            Assert.That(root.GetProperty("reserved_resources").GetRawText(), Is.EqualTo("{}"));
            Assert.That(root.GetProperty("unreserved_resources").GetRawText(), Is.EqualTo(root.GetProperty("resources").GetRawText()));
            Assert.That(root.GetProperty("unreserved_resources_full")[0].GetRawText(), Is.EqualTo(
                "{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":4.0},\"role\":\"*\"}"));
            Assert.That(root.GetProperty("unreserved_resources_allocated").GetRawText(), Is.EqualTo(Amounts("0.0", "0.0", "0.0", "")));
            Assert.That(root.GetProperty("attributes").GetRawText(), Is.EqualTo("{\"rack\":\"r1\",\"zone\":\"a\"}"));
            Assert.That(root.GetProperty("master_hostname").GetString(), Is.EqualTo("master.example"));
            Assert.That(root.GetProperty("flags").GetRawText(), Is.EqualTo("{\"ip\":\"127.0.0.1\",\"work_dir\":\"/w\"}"));
            Assert.That(root.GetProperty("frameworks").GetArrayLength(), Is.Zero);
            Assert.That(root.GetProperty("completed_frameworks").GetArrayLength(), Is.Zero);
        });
    }

    [Test]
    public async Task State_shows_frameworks_executors_and_tasks()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        await rig.FromMasterAsync(rig.CommandTask("task-2"));
        using JsonDocument state = JsonDocument.Parse(await rig.GetAsync("/state"));
        JsonElement framework = state.RootElement.GetProperty("frameworks")[0];
        JsonElement shown = framework.GetProperty("executors")[0];
        Assert.Multiple(() =>
        {
            Assert.That(framework.GetProperty("id").GetString(), Is.EqualTo(SlaveRig.FrameworkId));
            Assert.That(framework.GetProperty("failover_timeout").GetRawText(), Is.EqualTo("0.0"));
            Assert.That(framework.GetProperty("role").GetString(), Is.EqualTo("*"));
            Assert.That(shown.GetProperty("id").GetString(), Is.EqualTo("exec-1"));
            Assert.That(shown.GetProperty("container").GetString(), Is.EqualTo(rig.Containers.Launches[0].Id.Value));
            Assert.That(shown.GetProperty("resources").GetRawText(), Is.EqualTo(Amounts("0.0", "0.0", "0.5", "")));
            Assert.That(shown.GetProperty("tasks")[0].GetProperty("state").GetString(), Is.EqualTo("TASK_RUNNING"));
            Assert.That(
                shown.GetProperty("tasks")[0].GetProperty("statuses")[0].GetProperty("container_status").GetProperty("network_infos").GetRawText(),
                Is.EqualTo("[{\"ip_addresses\":[{\"protocol\":\"IPv4\",\"ip_address\":\"127.0.0.1\"}]}]"));
            Assert.That(framework.GetProperty("executors")[1].GetProperty("queued_tasks")[0].GetProperty("id").GetString(), Is.EqualTo("task-2"));
            Assert.That(
                state.RootElement.GetProperty("unreserved_resources_allocated").GetRawText(), Is.EqualTo(Amounts("0.0", "32.0", "1.1", "")));
        });
    }

    [Test]
    public async Task Containers_are_shown_with_what_they_use()
    {
        await rig.RunExecutorAsync();
        using JsonDocument containers = JsonDocument.Parse(await rig.GetAsync("/containers"));
        JsonElement container = containers.RootElement[0];
        Assert.That(
            container.EnumerateObject().Select(member => member.Name),
            Is.EqualTo(new[] { "container_id", "executor_id", "executor_name", "framework_id", "source", "statistics", "status" }));
        Assert.That(container.GetProperty("status").GetProperty("executor_pid").GetInt32(), Is.EqualTo(FakeContainerizer.Pid));
        using JsonDocument statistics = JsonDocument.Parse(await rig.GetAsync("/monitor/statistics"));
        Assert.That(statistics.RootElement[0].GetProperty("statistics").GetProperty("mem_rss_bytes").GetInt32(), Is.EqualTo(1024));
    }

    [Test]
    public async Task Statistics_leave_out_containers_that_were_not_measured()
    {
        await rig.RunExecutorAsync();
        rig.Containers.IsMeasured = false;
        Assert.That(await rig.GetAsync("/monitor/statistics"), Is.EqualTo("[]"));
        Assert.That(await rig.GetAsync("/containers"), Does.Contain("exec-1").And.Not.Contain("statistics"));
    }

    [Test]
    public async Task Statistics_are_measured_twice_a_second_at_most()
    {
        await rig.RunExecutorAsync();
        await rig.RunExecutorAsync("task-2", "exec-2");
        await rig.GetAsync("/monitor/statistics");
        DateTimeOffset first = rig.Node.Manager.Clock.GetUtcNow();
        Task<string> second = rig.GetAsync("/monitor/statistics");
        while (!second.IsCompleted)
        {
            await rig.Node.AdvanceAsync(TimeSpan.FromMilliseconds(50));
        }

        Assert.That(rig.Node.Manager.Clock.GetUtcNow() - first, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(0.5)));
        Assert.That(rig.Containers.Measurements, Is.EqualTo(new[] { 2, 2 }), "all containers at once");
        await rig.GetAsync("/containers");
        await rig.GetAsync("/containers");
        Assert.That(rig.Containers.Measurements, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Those_who_wait_for_a_measurement_share_it()
    {
        var permits = new Queue<Promise<bool>>([new(), new(), new()]);
        var measurements = new Queue<Promise<int>>([new(), new(), new()]);
        var (firstPermit, secondPermit) = (permits.ElementAt(0), permits.ElementAt(1));
        var (first, second, third) = (measurements.ElementAt(0), measurements.ElementAt(1), measurements.ElementAt(2));
        var shared = new SharedMeasurement<int>(story => _ = story(), () => permits.Dequeue().Task, () => measurements.Dequeue().Task);
        Task<int>[] early = [shared.NextAsync(), shared.NextAsync()];
        firstPermit.TrySet(true);
        Assert.That(() => measurements.Count, Is.EqualTo(2).After(10_000, 5));
        Task<int>[] late = [shared.NextAsync(), shared.NextAsync()];
        Assert.That(permits, Has.Count.EqualTo(2), "one is measured after the other");
        first.TrySet(1);
        Assert.That(await Task.WhenAll(early), Is.EqualTo(new[] { 1, 1 }));
        secondPermit.TrySet(true);
        second.TryFail(new IOException("lost"));
        foreach (Task<int> task in late)
        {
            Assert.That(async () => await task, Throws.TypeOf<IOException>());
        }

        permits.Peek().TrySet(true);
        third.TrySet(3);
        Assert.That(await shared.NextAsync(), Is.EqualTo(3), "a failure is not the last word");
    }

    [TestCase("?framework_id=cluster-0000", 2)]
    [TestCase("?framework_id=other", 0)]
    [TestCase("?framework_id=cluster-0000&executor_id=exec-2", 1)]
    [TestCase("?framework_id=cluster-0000&executor_id=other", 0)]
    [TestCase("?container_id=other", 0)]
    public async Task Containers_can_be_chosen(string query, int expected)
    {
        await rig.RunExecutorAsync();
        await rig.RunExecutorAsync("task-2", "exec-2");
        using JsonDocument containers = JsonDocument.Parse(await rig.GetAsync("/containers" + query));
        Assert.That(containers.RootElement.GetArrayLength(), Is.EqualTo(expected));
        using JsonDocument one = JsonDocument.Parse(await rig.GetAsync("/containers?container_id=" + rig.Containers.Launches[0].Id.Value));
        Assert.That(one.RootElement[0].GetProperty("executor_id").GetString(), Is.EqualTo("exec-1"));
    }

    [TestCase("?executor_id=exec-1")]
    [TestCase("?container_id=a&framework_id=b")]
    [TestCase("?container_id=a&framework_id=b&executor_id=c")]
    public async Task Containers_cannot_be_chosen_in_senseless_ways(string query)
    {
        using HttpResponseMessage answer = await AskAsync("/containers" + query);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("container_id").And.Contain("executor_id"));
    }

    [TestCase("/files/browse?path=/")]
    [TestCase("/files/read.json")]
    [TestCase("/files/download")]
    [TestCase("/files/debug")]
    [TestCase("/containerizer/debug")]
    public async Task Routes_that_are_not_built_say_so(string path)
    {
        using HttpResponseMessage answer = await AskAsync(path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotImplemented));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("not built"));
    }

    [Test]
    public async Task State_is_not_told_before_the_agent_knows_it()
    {
        rig.Checkpoint = true;
        await rig.RunExecutorAsync();
        await rig.KillAsync();
        await rig.StartAsync();
        using (HttpResponseMessage early = await AskAsync("/state"))
        {
            Assert.That(early.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(await early.Content.ReadAsStringAsync(), Does.Contain("recovery"));
        }

        await rig.ReregisterAsync();
        using HttpResponseMessage answer = await AskAsync("/state");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task State_tells_where_the_program_comes_from()
    {
        using JsonDocument state = JsonDocument.Parse(await rig.GetAsync("/state"));
        Assert.Multiple(() =>
        {
            Assert.That(state.RootElement.GetProperty("build_date").GetString(), Has.Length.EqualTo("2026-01-01 00:00:00".Length));
            Assert.That(state.RootElement.GetProperty("build_time").GetDouble(), Is.GreaterThanOrEqualTo(0));
            Assert.That(state.RootElement.GetProperty("build_user").GetString(), Is.Not.Empty);
        });
    }

    [Test]
    public async Task State_tells_of_the_draining_for_as_long_as_it_goes_on()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        Assert.That(await rig.GetAsync("/state"), Does.Not.Contain("drain_config"));
        await rig.FromMasterAsync(new DrainSlaveMessage { Config = new DrainConfig { MarkGone = true } });
        using (JsonDocument state = JsonDocument.Parse(await rig.GetAsync("/state")))
        {
            Assert.That(state.RootElement.GetProperty("drain_config").GetProperty("mark_gone").GetBoolean(), Is.True);
            Assert.That(
                state.RootElement.GetProperty("estimated_drain_start_time_seconds").GetInt64(),
                Is.EqualTo(rig.Node.Manager.Clock.GetUtcNow().ToUnixTimeSeconds()));
        }

        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskKilled));
        await rig.AcknowledgeAsync(rig.Master.All.OfType<StatusUpdateMessage>().Last().Update);
        rig.Containers.Exit(0);
        await rig.Node.SettleAsync();
        Assert.That(await rig.GetAsync("/state"), Does.Not.Contain("drain_config").And.Not.Contain("estimated_drain"));
    }

    [Test]
    public async Task Commands_networks_and_types_of_executors_have_the_form_of_the_original()
    {
        RunTaskMessage task = rig.ExecutorTask();
        task.Task.Executor.Type = ExecutorInfo.Types.Type.Unknown;
        await rig.FromMasterAsync(task);
        RunTaskMessage queued = rig.CommandTask("task-2", "echo");
        queued.Task.Command.User = Environment.UserName;
        await rig.FromMasterAsync(queued);
        FakePeer executor = await rig.RegisterExecutorAsync();
        StatusUpdateMessage running = rig.Update(executor, TaskState.TaskRunning);
        running.Update.Status.ContainerStatus = new ContainerStatus
        {
            NetworkInfos = { new NetworkInfo { Name = "net", Labels = new Labels { Labels_ = { new Label { Key = "k", Value = "v" } } } } },
        };
        await rig.SendAsync(executor, running);
        using JsonDocument state = JsonDocument.Parse(await rig.GetAsync("/state"));
        JsonElement executors = state.RootElement.GetProperty("frameworks")[0].GetProperty("executors");
        Assert.Multiple(() =>
        {
            Assert.That(executors[0].GetProperty("type").GetString(), Is.EqualTo("UNKNOWN"));
            Assert.That(
                executors[0].GetProperty("tasks")[0].GetProperty("statuses")[0].GetProperty("container_status").GetProperty("network_infos").GetRawText(),
                Is.EqualTo("[{\"labels\":[{\"key\":\"k\",\"value\":\"v\"}],\"name\":\"net\"}]"));
            Assert.That(
                executors[1].GetProperty("queued_tasks")[0].GetProperty("command").GetRawText(),
                Is.EqualTo("{\"value\":\"echo\",\"argv\":[],\"uris\":[]}"));
        });
    }

    [TestCase("/api/v1")]
    [TestCase("/api/v1/executor")]
    public async Task The_v1_api_says_that_it_is_not_there_yet(string path)
    {
        using var client = new HttpClient();
        using HttpResponseMessage answer = await client.PostAsync(
            new Uri($"http://{rig.Slave.Self.Address}/{rig.Slave.Self.Id}{path}"), new StringContent("{}"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotImplemented));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("not supported yet"));
    }

    [Test]
    public async Task Flags_are_shown_to_readers_only()
    {
        Assert.That(await rig.GetAsync("/flags"), Is.EqualTo("{\"flags\":{\"ip\":\"127.0.0.1\",\"work_dir\":\"/w\"}}"));
        using var client = new HttpClient();
        using HttpResponseMessage answer = await client.PostAsync(
            new Uri($"http://{rig.Slave.Self.Address}/{rig.Slave.Self.Id}/flags"), new StringContent(""));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    [Test]
    public async Task Metrics_have_the_original_names_and_follow_the_state()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        await rig.SendAsync(rig.Scheduler, new KillTaskMessage { FrameworkId = new FrameworkID { Value = "x" }, TaskId = new TaskID { Value = "y" } });
        Dictionary<string, double> metrics = (await rig.Node.Manager.Metrics.SnapshotAsync()).ToDictionary();
        Assert.Multiple(() =>
        {
            Assert.That(metrics["slave/registered"], Is.EqualTo(1));
            Assert.That(metrics["slave/frameworks_active"], Is.EqualTo(1));
            Assert.That(metrics["slave/executors_running"], Is.EqualTo(1));
            Assert.That(metrics["slave/tasks_running"], Is.EqualTo(1));
            Assert.That(metrics["slave/valid_status_updates"], Is.EqualTo(1));
            Assert.That(metrics["slave/cpus_total"], Is.EqualTo(4));
            Assert.That(metrics["slave/cpus_used"], Is.EqualTo(0.5));
            Assert.That(metrics["slave/cpus_percent"], Is.EqualTo(0.125));
            Assert.That(metrics["slave/gpus_percent"], Is.Zero);
            Assert.That(metrics["slave/mem_revocable_total"], Is.Zero);
            Assert.That(metrics["slave/dropped_messages"], Is.EqualTo(1));
            Assert.That(metrics["slave/executor_directory_max_allowed_age_secs"], Is.EqualTo(0.9 * 7 * 86400));
            Assert.That(metrics["slave/recovery_time_secs"], Is.Zero, "virtual time stood still");
            Assert.That(metrics["gc/path_removals_pending"] + metrics["gc/path_removals_succeeded"] + metrics["gc/path_removals_failed"], Is.Zero);
        });
    }

    [Test]
    public async Task Metrics_end_with_the_agent()
    {
        rig.Slave.ShutDown(unregister: false, patience: null);
        await rig.Node.Manager.WaitAsync(rig.Slave);
        Assert.That((await rig.Node.Manager.Metrics.SnapshotAsync()).Select(metric => metric.Key), Has.None.StartsWith("slave/"));
    }

    private async Task<HttpResponseMessage> AskAsync(string path)
    {
        using var client = new HttpClient();
        return await client.GetAsync(new Uri($"http://{rig.Slave.Self.Address}/{rig.Slave.Self.Id}{path}"));
    }

    private static string Amounts(string disk, string mem, string cpus, string more) =>
        $"{{\"disk\":{disk},\"mem\":{mem},\"gpus\":0.0,\"cpus\":{cpus}{more}}}";
}
