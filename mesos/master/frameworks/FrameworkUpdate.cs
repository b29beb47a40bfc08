using LibProcess.Addressing;
using Mesos.Master.Allocator;
using Mesos.Master.Offers;
using Mesos.Master.State;
using Mesos.Master.Validation;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Frameworks;

/// <summary>Frameworks that describe themselves anew.</summary>
/// <remarks>Upstream: <c>Master::updateFramework</c>, <c>sendFrameworkUpdates</c> in src/master/master.cpp.</remarks>
internal sealed class FrameworkUpdate(IMasterContext context, MasterState state, IAllocator allocator, OfferBook book)
{
    /// <summary>The call of a framework that is connected. Success is not answered.</summary>
    public void OnUpdate(UPid from, Framework framework, Call.Types.UpdateFramework call)
    {
        FrameworkInfo info = call.FrameworkInfo;
        string? problem =
            FrameworkValidation.Validate(info, context.Options, state.Frameworks) is { } invalid
                ? $"Supplied FrameworkInfo is not valid: {invalid}"
            : FrameworkValidation.ValidateUpdate(framework.Info, info) is { } forbidden
                ? $"FrameworkInfo update is not valid: {forbidden}"
            : FrameworkValidation.ValidateOptions(info, call.SuppressedRoles, call.OfferConstraints) is { } options
                ? $"'UpdateFramework' call is not valid: {options}"
            : null;
        if (problem is not null)
        {
            context.Logger.UpdateRefused(framework.Id, problem);
            context.SendError(from, problem);
            return;
        }

        bool changed = !framework.Info.Equals(info);
        Apply(
            framework,
            info,
            call.OfferConstraints ?? new OfferConstraints(),
            new FrameworkOptions(
                new HashSet<string>(call.SuppressedRoles, StringComparer.Ordinal),
                OfferConstraintsFilter.TryCreate(call.OfferConstraints, out _)));
        if (changed)
        {
            Announce(framework);
        }
    }

    /// <summary>Takes a checked description over: offers in roles it left are taken back.</summary>
    public void Apply(Framework framework, FrameworkInfo info, OfferConstraints constraints, FrameworkOptions options)
    {
        allocator.UpdateFramework(framework.Id, info, options);
        IReadOnlySet<string> roles = Framework.RolesOf(info);
        book.RescindAll(framework.Offers.Where(offer => !roles.Contains(offer.Role)));
        framework.Update(info, constraints);
    }

    /// <summary>Tells every agent of the scheduler and the description of a framework.</summary>
    public void Announce(Framework framework)
    {
        foreach (Agent agent in state.Agents.Registered)
        {
            context.Send(agent.Pid, new UpdateFrameworkMessage
            {
                FrameworkId = new FrameworkID { Value = framework.Id },
                Pid = framework.PidText(),
                FrameworkInfo = framework.Info.Clone(),
            });
        }
    }
}
