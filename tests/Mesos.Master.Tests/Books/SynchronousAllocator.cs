using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.Allocator;
using Mesos.Proto;

namespace Mesos.Master.Tests.Books;

/// <summary>The allocator's books without its process: what it is told counts at once, and it decides when it is asked.</summary>
internal sealed class SynchronousAllocator : IAllocator
{
    private static readonly AllocatorOptions Options = AllocatorOptions.From(new MasterOptions { MinAllocatableResources = [] });

    public AllocatorState State { get; } = new();

    public IReadOnlyDictionary<string, Dictionary<string, Dictionary<string, Resources>>> Decide() =>
        new AllocationRun(State, Options, DateTimeOffset.UnixEpoch).Over([.. State.Agents.Keys]);

    public void AddFramework(string id, FrameworkInfo info, IReadOnlyDictionary<string, Resources> used, bool active, FrameworkOptions options)
    {
        State.Frameworks[id] = new FrameworkLedger(id, info, options) { Active = active };
        foreach ((_, Resources resources) in used)
        {
            State.Charge(id, resources);
        }
    }

    public void RemoveFramework(string id) => State.RemoveFramework(id);

    public void ActivateFramework(string id) => State.Frameworks[id].Active = true;

    public void DeactivateFramework(string id) => State.Frameworks[id].Active = false;

    public void UpdateFramework(string id, FrameworkInfo info, FrameworkOptions options) => State.Frameworks[id].Update(info, options);

    public void AddAgent(SlaveInfo info, AgentCapabilities capabilities, Resources total, IReadOnlyDictionary<string, Resources> used)
    {
        State.AddAgent(info.Id.Value, new AgentLedger(capabilities, total) { Info = info });
        foreach ((string framework, Resources resources) in used)
        {
            State.Allocate(framework, info.Id.Value, resources);
        }
    }

    public void DescribeAgent(SlaveInfo info)
    {
    }

    public void RemoveAgent(string id) => State.RemoveAgent(id);

    public void UpdateAgent(string id, AgentCapabilities capabilities, Resources total)
    {
        if (State.TryFind(id, out AgentLedger? agent))
        {
            agent.Update(capabilities, total);
        }
    }

    public void ActivateAgent(string id)
    {
    }

    public void DeactivateAgent(string id)
    {
    }

    public void RecoverResources(string frameworkId, string agentId, Resources resources, Filters? filters) =>
        State.Recover(frameworkId, agentId, resources);

    public void Hold(string frameworkId, string agentId, Resources resources) => State.Allocate(frameworkId, agentId, resources);

    public void RecoverConverted(string frameworkId, string agentId, Resources held, ResourceConversion conversion)
    {
        State.Recover(frameworkId, agentId, held);
        State.ConvertTotal(agentId, [conversion]);
    }

    public void SettleOffers(string frameworkId, string agentId, OfferSettlement settlement)
    {
        foreach (ResourceConversion conversion in settlement.Conversions)
        {
            State.Convert(frameworkId, agentId, conversion);
        }

        State.Allocate(frameworkId, agentId, settlement.Additional);
        State.Recover(frameworkId, agentId, settlement.Converted);
        State.Recover(frameworkId, agentId, settlement.Declined);
    }

    public void RequestResources(string frameworkId, IReadOnlyList<Request> requests)
    {
    }

    public void SuppressOffers(string frameworkId, IReadOnlySet<string> roles)
    {
    }

    public void ReviveOffers(string frameworkId, IReadOnlySet<string> roles)
    {
    }
}
