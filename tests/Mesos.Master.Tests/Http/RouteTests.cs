using System.Net;
using System.Text.Json;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Tests.Http;

public sealed class RouteTests : MasterTest
{
    private static readonly string[] StateMembers =
    [
        "version", "build_date", "build_time", "build_user", "start_time", "elected_time", "id", "pid", "hostname", "capabilities",
        "activated_slaves", "deactivated_slaves",
        "unreachable_slaves", "leader", "leader_info", "flags", "slaves", "recovered_slaves", "frameworks", "completed_frameworks",
        "orphan_tasks", "unregistered_frameworks",
    ];

    private HttpClient client = null!;

    [SetUp]
    public void Connect()
    {
        client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://{Node.Manager.Address}"),
        };
    }

    [TearDown]
    public void Disconnect() => client.Dispose();

    [Test]
    [CancelAfter(30_000)]
    public async Task State_shows_agents_frameworks_and_tasks_in_the_order_of_the_original()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        using JsonDocument json = JsonDocument.Parse(await client.GetStringAsync("/state"));
        JsonElement state = json.RootElement;
        // The commit is there where the compiler knew it.
        Assert.That(state.EnumerateObject().Select(member => member.Name).Where(name => name != "git_sha"), Is.EqualTo(StateMembers));
        Assert.That(state.GetProperty("leader").GetString(), Is.EqualTo(Master.Self.ToString()));
        Assert.That(state.GetProperty("activated_slaves").GetRawText(), Is.EqualTo("1.0"));

        JsonElement slave = state.GetProperty("slaves")[0];
        Assert.That(
            slave.EnumerateObject().Select(member => member.Name),
            Is.EqualTo(new[]
            {
                "id", "hostname", "port", "attributes", "pid", "registered_time", "resources", "used_resources", "offered_resources",
                "reserved_resources", "unreserved_resources", "active", "deactivated", "version", "capabilities",
            }));
        Assert.That(slave.GetProperty("id").GetString(), Is.EqualTo(agent.AgentId));
        Assert.That(
            slave.GetProperty("resources").GetRawText(),
            Is.EqualTo("""{"disk":10000.0,"mem":4096.0,"gpus":0.0,"cpus":4.0,"ports":"[31000-32000]"}"""));
        Assert.That(slave.GetProperty("used_resources").GetRawText(), Is.EqualTo("""{"disk":0.0,"mem":32.0,"gpus":0.0,"cpus":0.5}"""));
        Assert.That(slave.GetProperty("capabilities")[7].GetString(), Is.EqualTo("TASK_RESOURCE_LIMITS"));

        JsonElement framework = state.GetProperty("frameworks")[0];
        Assert.That(framework.GetProperty("id").GetString(), Is.EqualTo(scheduler.FrameworkId.Value));
        JsonElement shown = framework.GetProperty("tasks")[0];
        Assert.That(
            shown.EnumerateObject().Select(member => member.Name),
            Is.EqualTo(new[] { "id", "name", "framework_id", "executor_id", "slave_id", "state", "resources", "role", "statuses" }));
        Assert.That(shown.GetProperty("id").GetString(), Is.EqualTo(task.TaskId.Value));
        Assert.That(shown.GetProperty("state").GetString(), Is.EqualTo("TASK_RUNNING"));
        Assert.That(shown.GetProperty("statuses")[0].GetProperty("container_status").EnumerateObject().Count(), Is.Zero);
    }

    [TestCase("/slaves", """{"slaves":[],"recovered_slaves":[]}""")]
    [TestCase("/slaves?slave_id=nope", """{"slaves":[],"recovered_slaves":[]}""")]
    [TestCase("/frameworks", """{"frameworks":[],"completed_frameworks":[],"unregistered_frameworks":[]}""")]
    [TestCase("/tasks?limit=x", """{"tasks":[]}""")]
    [TestCase("/roles", """{"roles":[]}""")]
    [TestCase("/flags", """{"flags":{}}""")]
    [TestCase("/master/flags?jsonp=cb", """cb({"flags":{}})""")]
    [TestCase("/health", "")]
    [CancelAfter(30_000)]
    public async Task An_idle_master_answers(string path, string expected)
    {
        Assert.That(await client.GetStringAsync(path), Is.EqualTo(expected));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Tasks_are_listed_in_pages()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        scheduler.Acknowledge(await ReportAsync(agent, scheduler, task, TaskState.TaskFinished));
        await Node.SettleAsync();
        using JsonDocument json = JsonDocument.Parse(await client.GetStringAsync("/tasks?order=asc&limit=1"));
        Assert.That(json.RootElement.GetProperty("tasks")[0].GetProperty("state").GetString(), Is.EqualTo("TASK_FINISHED"));
        Assert.That(await client.GetStringAsync("/tasks?offset=1"), Is.EqualTo("""{"tasks":[]}"""));
        Assert.That(await client.GetStringAsync("/tasks?task_id=other"), Is.EqualTo("""{"tasks":[]}"""));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Roles_show_what_their_frameworks_have()
    {
        (_, FakeScheduler scheduler, _) = await RunningTaskAsync();
        using JsonDocument json = JsonDocument.Parse(await client.GetStringAsync("/roles"));
        JsonElement role = json.RootElement.GetProperty("roles")[0];
        Assert.That(role.GetProperty("name").GetString(), Is.EqualTo("*"));
        Assert.That(role.GetProperty("allocated").GetRawText(), Is.EqualTo("""{"cpus":0.5,"mem":32.0}"""));
        Assert.That(role.GetProperty("frameworks")[0].GetString(), Is.EqualTo(scheduler.FrameworkId.Value));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task The_registry_shows_who_was_let_in()
    {
        FakeAgent agent = await AgentAsync();
        using JsonDocument json = JsonDocument.Parse(await client.GetStringAsync("/registrar(1)/registry"));
        JsonElement registry = json.RootElement;
        Assert.That(registry.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "master", "slaves" }));
        JsonElement info = registry.GetProperty("slaves").GetProperty("slaves")[0].GetProperty("info");
        Assert.That(info.GetProperty("id").GetProperty("value").GetString(), Is.EqualTo(agent.AgentId));
        Assert.That(info.GetProperty("resources")[0].GetProperty("role").GetString(), Is.EqualTo("*"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task The_redirect_names_the_leader()
    {
        using HttpResponseMessage response = await client.GetAsync("/redirect");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.TemporaryRedirect));
        Assert.That(response.Headers.Location!.OriginalString, Is.EqualTo($"//master.example:{Node.Manager.Address.Port}"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task An_operator_can_tear_a_framework_down()
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync();
        Assert.That(await TeardownAsync(""), Is.EqualTo((400, "Missing 'frameworkId' query parameter in the request body")));
        Assert.That(await TeardownAsync("frameworkId=nobod"), Is.EqualTo((400, "No framework found with specified ID")));
        Assert.That(await TeardownAsync($"frameworkId={scheduler.FrameworkId.Value}"), Is.EqualTo((200, "")));
        await Node.SettleAsync();
        agent.TakeOnly<ShutdownFrameworkMessage>();
        using HttpResponseMessage wrong = await client.GetAsync("/teardown");
        Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));

        async Task<(int Status, string Body)> TeardownAsync(string body)
        {
            using var content = new StringContent(body);
            using HttpResponseMessage response = await client.PostAsync("/master/teardown", content);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    [TestCase("/api/v1")]
    [TestCase("/api/v1/scheduler")]
    [TestCase("/master/api/v1")]
    [TestCase("/quota")]
    [CancelAfter(30_000)]
    public async Task What_is_not_built_says_so(string path)
    {
        using var content = new StringContent("{}");
        using HttpResponseMessage response = await client.PostAsync(path, content);
        Assert.That((int)response.StatusCode, Is.EqualTo(501));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("is not built yet"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Metrics_have_the_names_of_the_original()
    {
        await RunningTaskAsync();
        using JsonDocument json = JsonDocument.Parse(await client.GetStringAsync("/metrics/snapshot"));
        JsonElement metrics = json.RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(metrics.GetProperty("master/tasks_running").GetDouble(), Is.EqualTo(1));
            Assert.That(metrics.GetProperty("master/slaves_active").GetDouble(), Is.EqualTo(1));
            Assert.That(metrics.GetProperty("master/cpus_total").GetDouble(), Is.EqualTo(4));
            Assert.That(metrics.GetProperty("master/cpus_percent").GetDouble(), Is.EqualTo(0.125));
            Assert.That(metrics.GetProperty("master/messages_register_slave").GetDouble(), Is.EqualTo(1));
            Assert.That(metrics.GetProperty("master/valid_status_updates").GetDouble(), Is.EqualTo(1));
            Assert.That(metrics.GetProperty("master/elected").GetDouble(), Is.EqualTo(1));
            Assert.That(metrics.GetProperty("master/tasks_gone_by_operator").GetDouble(), Is.Zero);
        });
    }

    private async Task<StatusUpdate> ReportAsync(FakeAgent agent, FakeScheduler scheduler, TaskInfo task, TaskState state)
    {
        StatusUpdate update = agent.Report(task, scheduler.FrameworkId, state);
        await Node.SettleAsync();
        return update;
    }
}
