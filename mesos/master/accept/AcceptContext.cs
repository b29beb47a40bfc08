using Mesos.Common;
using Mesos.Master.Allocator;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Accept;

/// <summary>What the operations of one call work on: the resources of the offers, as earlier operations left them.</summary>
internal sealed class AcceptContext(
    Framework framework,
    Agent agent,
    string role,
    Resources offered,
    AcceptPermissions.Answer permissions)
{
    private readonly List<ResourceConversion> conversions = [];
    private readonly Resources offered = offered;
    private Resources resized = Resources.Empty;
    private Resources additional = Resources.Empty;

    // What launches do not use up: a shared volume may go to any number of tasks.
    private Resources shared = offered.Shared();

    public Framework Framework => framework;

    public Agent Agent => agent;

    /// <summary>The role the offers were made in.</summary>
    public string Role => role;

    /// <summary>What is left, in allocated form.</summary>
    public Resources Remaining { get; private set; } = offered;

    /// <summary>What a task may use: what is left, and all that is shared.</summary>
    public Resources Available => Remaining.NonShared() + shared;

    /// <summary>Why an operation or a task is not permitted, by the message that stands for it.</summary>
    public IReadOnlyDictionary<object, string> Refusals => permissions.Refusals;

    /// <summary>Tasks that were killed while the permission for them was waited for.</summary>
    public IReadOnlySet<TaskInfo> Killed => permissions.Killed;

    /// <summary>The agent as texts for frameworks name it.</summary>
    public string AgentText => $"{agent.Id} at {agent.Pid} ({agent.Info.Hostname})";

    /// <summary>A task or an executor runs on them.</summary>
    public void Use(Resources resources)
    {
        additional += resources.Shared() - Remaining.Shared();
        Remaining -= resources;
    }

    /// <summary>An operation holds them until it has ended.</summary>
    public void Take(Resources resources) => Remaining -= resources;

    /// <summary>What would be left after the steps of an operation; null when they do not fit.</summary>
    public Resources? TryConvert(IReadOnlyCollection<ResourceConversion> steps, out string? error) =>
        Remaining.TryApply(steps, out Resources? result, out error) ? result : null;

    /// <summary>The steps of an operation were sent; later operations of the call use the result.</summary>
    public void Convert(IReadOnlyCollection<ResourceConversion> steps, Resources result)
    {
        conversions.AddRange(steps);
        Remaining = result;
        shared = result.Shared();
    }

    /// <summary>A volume changed its size; later operations of the call cannot use it.</summary>
    public void Resize(ResourceConversion step)
    {
        conversions.Add(step);
        Remaining -= step.Consumed;
        resized += step.Converted;
    }

    /// <summary>What the allocator is to know at the end.</summary>
    public OfferSettlement Settle(Filters? filters)
    {
        Resources converted = Remaining + resized - offered;

        // The original always has the filters at hand: a call without them declines for the default time.
        return new OfferSettlement(conversions, additional, converted, Remaining + resized - converted, filters ?? new Filters());
    }
}
