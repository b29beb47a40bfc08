using Mesos.Master.Tests.Peers;
using Mesos.Proto.Internal;

namespace Mesos.Master.Tests.Frameworks;

/// <summary>How often an agent is told of the scheduler and the description of a framework: with every subscription, and with its own return.</summary>
public sealed class FrameworkNewsTests : MasterTest
{
    [Test]
    public async Task After_a_change_of_masters_an_agent_hears_of_a_framework_once_whoever_comes_back_first([Values] bool agentFirst)
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync(s => s.Info.FailoverTimeout = 1000);
        ReregisterSlaveMessage returning = agent.Reregistration();
        returning.Frameworks.Add(scheduler.Info.Clone());
        await RestartMasterAsync();
        agent.Take();
        foreach (bool turnOfAgent in (bool[])[agentFirst, !agentFirst])
        {
            if (turnOfAgent)
            {
                agent.Say(returning);

                // An attempt while another is under way is not answered.
                agent.Say(returning);
            }
            else
            {
                scheduler.Subscribe(force: false);
            }

            await Node.SettleAsync();
        }

        await Node.AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.That(agent.Take<UpdateFrameworkMessage>().Select(message => message.Pid), Is.EqualTo(new[] { scheduler.Self.ToString() }));
    }

    [Test]
    public async Task Every_subscription_and_every_return_is_told_once()
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync();
        scheduler.Subscribe(force: true);
        await Node.SettleAsync();
        scheduler.Subscribe(force: false);
        await Node.SettleAsync();
        Assert.That(agent.Take<UpdateFrameworkMessage>(), Has.Exactly(2).Items);
        ReregisterSlaveMessage returning = agent.Reregistration();
        returning.Frameworks.Add(scheduler.Info.Clone());
        agent.Say(returning);
        await Node.SettleAsync();
        Assert.That(agent.Take<UpdateFrameworkMessage>(), Has.Exactly(1).Items);
    }
}
