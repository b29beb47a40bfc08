using System.Text.Json;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;
using Action = Mesos.Proto.Authorization.Action;

namespace Mesos.Master.Tests.Http;

[CancelAfter(30_000)]
public sealed class MaintenanceRouteTests : MasterTest
{
    private const string Machine = """{"hostname":"agent.example","ip":"127.0.0.1"}""";
    private const string Schedule =
        """{"windows":[{"machine_ids":[""" + Machine + """],"unavailability":{"start":{"nanoseconds":1900000000000000000},"duration":{"nanoseconds":3600000000000}}}]}""";

    private readonly RuleAuthorizer authorizer = new();
    private HttpClient client = null!;

    protected override MasterOptions Options => base.Options with { Authorizer = authorizer };

    [SetUp]
    public void Connect()
    {
        (authorizer.Permits, client) = (_ => true, new HttpClient { BaseAddress = new Uri($"http://{Node.Manager.Address}") });
        authorizer.Asked.Clear();
    }

    [TearDown]
    public void Disconnect() => client.Dispose();

    [Test]
    public async Task A_machine_is_scheduled_taken_down_and_brought_up_and_the_bodies_are_those_of_the_original()
    {
        await AgentAsync();
        Assert.That(await GetAsync("/maintenance/schedule"), Is.EqualTo("{}"));
        Assert.That(await GetAsync("/maintenance/status?jsonp=cb"), Is.EqualTo("cb({})"));
        Assert.That(await PostAsync("/maintenance/schedule", Schedule), Is.EqualTo((200, "")));
        Assert.That(await GetAsync("/master/maintenance/schedule"), Is.EqualTo(Schedule));
        Assert.That(await GetAsync("/maintenance/status"), Is.EqualTo($$"""{"draining_machines":[{"id":{{Machine}}}]}"""));
        Assert.That(await PostAsync("/machine/down", $"[{Machine}]"), Is.EqualTo((200, "")));
        Assert.That(await GetAsync("/maintenance/status"), Is.EqualTo($$"""{"down_machines":[{{Machine}}]}"""));
        Assert.That(await PostAsync("/machine/up", $"[{Machine.Replace("agent", "AGENT", StringComparison.Ordinal)}]"), Is.EqualTo((200, "")));
        Assert.That((await GetAsync("/maintenance/status"), await GetAsync("/maintenance/schedule")), Is.EqualTo(("{}", "{}")));
    }

    [Test]
    public async Task A_schedule_outlives_its_master()
    {
        await PostAsync("/maintenance/schedule", Schedule);
        await RestartMasterAsync();
        Assert.That(await GetAsync("/maintenance/schedule"), Is.EqualTo(Schedule));
        Assert.That(await GetAsync("/maintenance/status"), Is.EqualTo($$"""{"draining_machines":[{"id":{{Machine}}}]}"""));
    }

    [Test]
    public async Task The_status_shows_what_frameworks_answered_last()
    {
        (_, FakeScheduler scheduler, _) = await RunningTaskAsync();
        await PostAsync("/maintenance/schedule", Schedule);
        await AnswerAsync(Call.Types.Type.DeclineInverseOffers);
        Assert.That(await AnswerShownAsync(), Is.EqualTo(("DECLINE", scheduler.FrameworkId.Value)));
        await AnswerAsync(Call.Types.Type.AcceptInverseOffers);
        Assert.That(await AnswerShownAsync(), Is.EqualTo(("ACCEPT", scheduler.FrameworkId.Value)));
        await PostAsync("/maintenance/schedule", Schedule.Replace("36", "72", StringComparison.Ordinal));
        Assert.That(await GetAsync("/maintenance/status"), Does.Not.Contain("ACCEPT"), "it was about another time");

        async Task AnswerAsync(Call.Types.Type type)
        {
            await Node.AdvanceAsync(TimeSpan.FromSeconds(10));
            OfferID offer = scheduler.Take<InverseOffersMessage>().Single().InverseOffers.Single().Id;
            scheduler.Make(type, call =>
            {
                call.AcceptInverseOffers = new Call.Types.AcceptInverseOffers { InverseOfferIds = { offer } };
                call.DeclineInverseOffers = new Call.Types.DeclineInverseOffers { InverseOfferIds = { offer } };
            });
            await Node.SettleAsync();
        }

        async Task<(string?, string?)> AnswerShownAsync()
        {
            using JsonDocument json = JsonDocument.Parse(await GetAsync("/maintenance/status"));
            JsonElement answer = json.RootElement.GetProperty("draining_machines")[0].GetProperty("statuses")[0];
            Assert.That(answer.GetProperty("timestamp").GetProperty("nanoseconds").GetInt64(), Is.Positive);
            return (answer.GetProperty("status").GetString(), answer.GetProperty("framework_id").GetProperty("value").GetString());
        }
    }

    [TestCase("/maintenance/schedule", "{", "Failed to parse body into JSON")]
    [TestCase("/maintenance/schedule", """{"windows":[{"machine_ids":[]}]}""", "required")]
    [TestCase("/maintenance/schedule", """{"windows":[{"unavailability":{"start":{"nanoseconds":1}}}]}""", "List of machines in the maintenance window is empty")]
    [TestCase(
        "/maintenance/schedule",
        """{"windows":[{"machine_ids":[{"hostname":"a"},{"hostname":"A"}],"unavailability":{"start":{"nanoseconds":1}}}]}""",
        """Machine '{"hostname":"A"}' appears more than once in the schedule""")]
    [TestCase("/machine/down", "{}", "Expecting a JSON array of machines")]
    [TestCase("/machine/down", "[]", "List of machines is empty")]
    [TestCase("/machine/down", "[{}]", "Both 'hostname' and 'ip' for a machine are empty")]
    [TestCase("/machine/down", """[{"ip":"x"}]""", "Failed to parse the IP 'x'")]
    [TestCase("/machine/down", """[{"hostname":"m"}]""", """Machine '{"hostname":"m"}' is not part of a maintenance schedule""")]
    [TestCase("/machine/down", "[" + Machine + "]", "Machine '" + Machine + "' is not in DRAINING mode and cannot be brought down")]
    [TestCase("/machine/up", "[" + Machine + "]", "Machine '" + Machine + "' is not in DOWN mode and cannot be brought up")]
    public async Task A_wish_that_makes_no_sense_is_refused_with_its_reason(string path, string body, string reason)
    {
        await AgentAsync();
        (int status, string text) = await PostAsync(path, body);
        Assert.That((status, text), Is.EqualTo((400, text)));
        Assert.That(text, Does.Contain(reason));
    }

    [TestCase("DELETE", "/maintenance/schedule", "Expecting one of { 'GET', 'POST' }, but received 'DELETE'")]
    [TestCase("POST", "/maintenance/status", "Expecting one of { 'GET' }, but received 'POST'")]
    [TestCase("GET", "/machine/down", "Expecting one of { 'POST' }, but received 'GET'")]
    [TestCase("GET", "/machine/up", "Expecting one of { 'POST' }, but received 'GET'")]
    public async Task Other_methods_are_refused(string method, string path, string reason)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(405));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain(reason));
    }

    [Test]
    public async Task Every_wish_about_a_machine_needs_its_permission_and_what_may_not_be_seen_is_left_out()
    {
        await AgentAsync();
        authorizer.Permits = request => request.Action is not (
            Action.UpdateMaintenanceSchedule or Action.GetMaintenanceSchedule or Action.GetMaintenanceStatus or Action.StartMaintenance or Action.StopMaintenance);
        Assert.That(await PostAsync("/maintenance/schedule", Schedule), Is.EqualTo((403, "403 Forbidden.")));
        Assert.That(authorizer.Asked.Last().Object.MachineId.Hostname, Is.EqualTo("agent.example"));

        authorizer.Permits = request => request.Action is Action.UpdateMaintenanceSchedule;
        Assert.That(await PostAsync("/maintenance/schedule", Schedule), Is.EqualTo((200, "")));
        Assert.That((await GetAsync("/maintenance/status"), await GetAsync("/maintenance/schedule")), Is.EqualTo(("{}", "{}")));
        Assert.That(await PostAsync("/machine/down", $"[{Machine}]"), Is.EqualTo((403, "403 Forbidden.")));

        authorizer.Permits = request => request.Action is Action.StartMaintenance;
        Assert.That(await PostAsync("/machine/down", $"[{Machine}]"), Is.EqualTo((200, "")));
        Assert.That(await PostAsync("/machine/up", $"[{Machine}]"), Is.EqualTo((403, "403 Forbidden.")));
    }

    private Task<string> GetAsync(string path) => client.GetStringAsync(path);

    private async Task<(int Status, string Body)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body);
        using HttpResponseMessage response = await client.PostAsync(path, content);
        await Node.SettleAsync();
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
