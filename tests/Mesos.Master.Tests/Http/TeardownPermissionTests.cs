using Mesos.Master.Tests.Peers;
using Mesos.Proto.Internal;
using Action = Mesos.Proto.Authorization.Action;

namespace Mesos.Master.Tests.Http;

[CancelAfter(30_000)]
public sealed class TeardownPermissionTests : MasterTest
{
    private readonly RuleAuthorizer authorizer = new();

    protected override MasterOptions Options => base.Options with { Authorizer = authorizer };

    [Test]
    public async Task Who_may_not_tear_a_framework_down_is_refused_and_it_lives_on()
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync(s => s.Info.Principal = "me");
        authorizer.Permits = request => request.Action != Action.TeardownFramework;
        Assert.That(await TeardownAsync(), Is.EqualTo(403));
        Assert.That((authorizer.Asked.Last().Object.Value, authorizer.Asked.Last().Object.FrameworkInfo.Id), Is.EqualTo(("me", scheduler.FrameworkId)));
        await Node.SettleAsync();
        Assert.That(agent.Take(), Is.Empty);

        authorizer.Permits = _ => true;
        Assert.That(await TeardownAsync(), Is.EqualTo(200));
        await Node.SettleAsync();
        agent.TakeOnly<ShutdownFrameworkMessage>();

        async Task<int> TeardownAsync()
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://{Node.Manager.Address}") };
            using var body = new StringContent($"frameworkId={scheduler.FrameworkId.Value}");
            using HttpResponseMessage response = await client.PostAsync("/teardown", body);
            return (int)response.StatusCode;
        }
    }
}
