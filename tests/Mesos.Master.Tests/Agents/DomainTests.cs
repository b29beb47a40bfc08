using Mesos.Master.Tests.Peers;
using Mesos.Proto;

namespace Mesos.Master.Tests.Agents;

public sealed class DomainTests : MasterTest
{
    private static readonly DomainInfo Domain = new()
    {
        FaultDomain = new DomainInfo.Types.FaultDomain
        {
            Region = new DomainInfo.Types.FaultDomain.Types.RegionInfo { Name = "r" },
            Zone = new DomainInfo.Types.FaultDomain.Types.ZoneInfo { Name = "z" },
        },
    };

    private MasterOptions options = new();

    protected override MasterOptions Options => options;

    [TestCase(false, false, false, true)]
    [TestCase(true, false, false, true)]
    [TestCase(true, true, false, false)]
    [TestCase(true, true, true, true)]
    [TestCase(false, false, true, false)]
    public async Task Agents_fit_into_the_fault_domains_of_the_cluster_or_are_not_answered(bool master, bool required, bool agent, bool accepted)
    {
        options = new MasterOptions { Domain = master ? Domain : null, RequireAgentDomain = required };
        await RestartMasterAsync();
        FakeAgent peer = Node.Spawn(new FakeAgent(Node.Manager, Master.Self));
        peer.Info.Domain = agent ? Domain : null;
        peer.Register();
        await Node.SettleAsync();
        Assert.That(peer.Info.Id is not null, Is.EqualTo(accepted));
        Assert.That(Info.Domain, Is.EqualTo(options.Domain));
    }
}
