using LibProcess.Processes;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Proto;

namespace Mesos.Master.Allocator;

/// <summary>
/// Fair sharing by dominant resource, first between roles, then between the frameworks of a role. New agents and frameworks,
/// changed agents and revivals are served at once; everything else in the next regular pass.
/// </summary>
/// <remarks>Upstream: <c>HierarchicalAllocatorProcess</c> in src/master/allocator/mesos/hierarchical.cpp.</remarks>
internal sealed class HierarchicalAllocatorProcess(ProcessManager manager, AllocatorOptions options)
    : ProcessBase(manager, "allocator"), IAllocator
{
    private const double DefaultRefuseSeconds = 5;

    private readonly AllocatorState state = new();
    private readonly HashSet<string> dirty = new(StringComparer.Ordinal);
    private IOfferSink? sink;
    private bool everyAgent;
    private bool runPending;

    /// <summary>Names who takes the offers. Any thread, once.</summary>
    public void Start(IOfferSink offerSink) => Dispatch(() =>
    {
        sink = offerSink;
        Delay(options.Interval, OnInterval);
    });

    public void AddFramework(string id, FrameworkInfo info, IReadOnlyDictionary<string, Resources> used, bool active, FrameworkOptions frameworkOptions)
    {
        // The master goes on changing its own.
        (info, Dictionary<string, Resources> held) = (info.Clone(), new Dictionary<string, Resources>(used));
        Dispatch(() =>
        {
            state.Frameworks[id] = new FrameworkLedger(id, info, frameworkOptions) { Active = active };
            foreach ((string agentId, Resources resources) in held)
            {
                // On an agent that is known the resources were taken when the agent was added.
                if (state.Agents.ContainsKey(agentId))
                {
                    state.Charge(id, resources);
                }
            }

            AllocateAll();
        });
    }

    public void RemoveFramework(string id) => Dispatch(() => state.RemoveFramework(id));

    public void ActivateFramework(string id) => Dispatch(() => WithFramework(id, framework =>
    {
        framework.Active = true;
        AllocateAll();
    }));

    public void DeactivateFramework(string id) => Dispatch(() => WithFramework(id, framework =>
    {
        framework.Active = false;
        framework.Filters.Clear(new HashSet<string>());
    }));

    public void UpdateFramework(string id, FrameworkInfo info, FrameworkOptions frameworkOptions)
    {
        info = info.Clone();
        Dispatch(() => WithFramework(id, framework => framework.Update(info, frameworkOptions)));
    }

    public void AddAgent(SlaveInfo info, AgentCapabilities capabilities, Resources total, IReadOnlyDictionary<string, Resources> used)
    {
        var held = new Dictionary<string, Resources>(used);
        (string id, SlaveInfo copy) = (info.Id.Value, info.Clone());
        Dispatch(() =>
        {
            state.AddAgent(id, new AgentLedger(capabilities, total) { Info = copy });
            foreach ((string frameworkId, Resources resources) in held)
            {
                state.Allocate(frameworkId, id, resources);
            }

            Allocate(id);
        });
    }

    public void DescribeAgent(SlaveInfo info)
    {
        SlaveInfo copy = info.Clone();
        Dispatch(() =>
        {
            if (state.TryFind(copy.Id.Value, out AgentLedger? agent))
            {
                agent.Info = copy;
            }
        });
    }

    public void RemoveAgent(string id) => Dispatch(() => state.RemoveAgent(id));

    public void UpdateAgent(string id, AgentCapabilities capabilities, Resources total) => Dispatch(() =>
    {
        if (state.TryFind(id, out AgentLedger? agent))
        {
            bool changed = agent.Total != total || agent.Capabilities != capabilities;
            state.Cluster.Subtract(agent.Total);
            agent.Update(capabilities, total);
            state.Cluster.Add(total);
            if (changed)
            {
                Allocate(id);
            }
        }
    });

    public void ActivateAgent(string id) => Dispatch(() =>
    {
        if (state.TryFind(id, out AgentLedger? agent))
        {
            agent.Active = true;
        }
    });

    public void DeactivateAgent(string id) => Dispatch(() =>
    {
        if (state.TryFind(id, out AgentLedger? agent))
        {
            agent.Active = false;
        }
    });

    public void RecoverResources(string frameworkId, string agentId, Resources resources, Filters? filters)
    {
        if (resources.IsEmpty)
        {
            return;
        }

        TimeSpan? refusal = filters is null ? null : RefusalOf(filters);
        Dispatch(() => Recover(frameworkId, agentId, resources, refusal));
    }

    public void Hold(string frameworkId, string agentId, Resources resources) =>
        Dispatch(() => state.Allocate(frameworkId, agentId, resources));

    public void RecoverConverted(string frameworkId, string agentId, Resources held, ResourceConversion conversion) => Dispatch(() =>
    {
        state.Recover(frameworkId, agentId, held);
        state.ConvertTotal(agentId, [conversion]);
    });

    public void SettleOffers(string frameworkId, string agentId, OfferSettlement settlement)
    {
        TimeSpan? refusal = RefusalOf(settlement.Filters);
        Dispatch(() =>
        {
            foreach (ResourceConversion conversion in settlement.Conversions)
            {
                state.Convert(frameworkId, agentId, conversion);
            }

            state.Allocate(frameworkId, agentId, settlement.Additional);
            state.Recover(frameworkId, agentId, settlement.Converted);
            Recover(frameworkId, agentId, settlement.Declined, refusal);
        });
    }

    public void RequestResources(string frameworkId, IReadOnlyList<Request> requests)
    {
    }

    public void SuppressOffers(string frameworkId, IReadOnlySet<string> roles) =>
        Dispatch(() => WithFramework(frameworkId, framework => framework.Suppress(roles)));

    public void ReviveOffers(string frameworkId, IReadOnlySet<string> roles) => Dispatch(() => WithFramework(frameworkId, framework =>
    {
        framework.Filters.Clear(roles);
        framework.Revive(roles);
        AllocateAll();
    }));

    private void Recover(string frameworkId, string agentId, Resources resources, TimeSpan? refusal)
    {
        state.Recover(frameworkId, agentId, resources);
        if (refusal is not { } time || !state.Agents.ContainsKey(agentId)
            || !state.Frameworks.TryGetValue(frameworkId, out FrameworkLedger? framework))
        {
            return;
        }

        foreach ((string role, Resources inRole) in resources.AllocationsByRole())
        {
            framework.Filters.Add(role, agentId, inRole.Unallocate(), Clock.GetUtcNow() + time);
        }
    }

    /// <summary>How long a refusal lasts: an invalid time counts as the default, zero as no refusal, a short one as one pass.</summary>
    private TimeSpan? RefusalOf(Filters filters)
    {
        double seconds = filters.HasRefuseSeconds ? filters.RefuseSeconds : DefaultRefuseSeconds;
        if (double.IsNaN(seconds) || seconds < 0)
        {
            seconds = DefaultRefuseSeconds;
        }

        if (seconds == 0)
        {
            return null;
        }

        TimeSpan time = seconds >= MasterOptions.MaxRefusal.TotalSeconds ? MasterOptions.MaxRefusal : TimeSpan.FromSeconds(seconds);
        return time < options.Interval ? options.Interval : time;
    }

    private void WithFramework(string id, Action<FrameworkLedger> action)
    {
        if (state.Frameworks.TryGetValue(id, out FrameworkLedger? framework))
        {
            action(framework);
        }
    }

    private void OnInterval()
    {
        AllocateAll();
        Delay(options.Interval, OnInterval);
    }

    private void AllocateAll()
    {
        everyAgent = true;
        RunSoon();
    }

    private void Allocate(string agentId)
    {
        dirty.Add(agentId);
        RunSoon();
    }

    // Events that wait already are taken in first, so that a burst costs one pass.
    private void RunSoon()
    {
        if (!runPending)
        {
            runPending = true;
            Dispatch(RunPass);
        }
    }

    private void RunPass()
    {
        runPending = false;
        string[] agents = everyAgent ? [.. state.Agents.Keys] : [.. state.Agents.Keys.Where(dirty.Contains)];
        everyAgent = false;
        dirty.Clear();
        foreach ((string frameworkId, Dictionary<string, Dictionary<string, Resources>> resources)
            in new AllocationRun(state, options, Clock.GetUtcNow()).Over(agents))
        {
            sink?.OnAllocated(frameworkId, resources);
        }
    }
}
