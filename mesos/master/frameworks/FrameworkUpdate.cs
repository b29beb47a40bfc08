using LibProcess.Addressing;
using Mesos.Master.Allocator;
using Mesos.Master.Authorization;
using Mesos.Master.Offers;
using Mesos.Master.State;
using Mesos.Master.Validation;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;
using Request = Mesos.Proto.Authorization.Request;

namespace Mesos.Master.Frameworks;

/// <summary>Frameworks that describe themselves anew.</summary>
/// <remarks>Upstream: <c>Master::updateFramework</c>, <c>sendFrameworkUpdates</c> in src/master/master.cpp.</remarks>
internal sealed class FrameworkUpdate(IMasterContext context, MasterState state, IAllocator allocator, OfferBook book, Permissions permissions)
{
    /// <summary>The call of a framework that is connected. Success is not answered.</summary>
    public void OnUpdate(UPid from, Framework framework, Call.Types.UpdateFramework call)
    {
        if (ProblemOf(framework, call) is { } problem)
        {
            Refuse(from, framework, problem);
        }
        else if (permissions.Unlimited)
        {
            Update(framework, call);
        }
        else
        {
            context.Run(() => UpdateIfPermittedAsync(from, framework, call), nameof(OnUpdate));
        }
    }

    /// <summary>Who may not register a framework with such a description may not make one like it either.</summary>
    private async Task UpdateIfPermittedAsync(UPid from, Framework framework, Call.Types.UpdateFramework call)
    {
        Request request = AuthorizationRequests.ForFramework(call.FrameworkInfo);
        string? refusal = await permissions.RefusalAsync(framework.Info.HasPrincipal ? framework.Info.Principal : null, [request]);

        // It may have ended, or subscribed with another description, while the authorizer was asked.
        if (state.Frameworks.Find(framework.Id) != framework || framework.Pid != from)
        {
            context.Logger.UpdateRefused(framework.Id, "it is not the one that asked any more");
        }
        else if ((refusal is null ? ProblemOf(framework, call) : $"Not authorized to {AuthorizationRequests.Describe(request)}") is { } problem)
        {
            Refuse(from, framework, problem);
        }
        else
        {
            Update(framework, call);
        }
    }

    private string? ProblemOf(Framework framework, Call.Types.UpdateFramework call)
    {
        FrameworkInfo info = call.FrameworkInfo;
        return FrameworkValidation.Validate(info, context.Options, state.Frameworks) is { } invalid
                ? $"Supplied FrameworkInfo is not valid: {invalid}"
            : FrameworkValidation.ValidateUpdate(framework.Info, info) is { } forbidden
                ? $"FrameworkInfo update is not valid: {forbidden}"
            : FrameworkValidation.ValidateOptions(info, call.SuppressedRoles, call.OfferConstraints) is { } options
                ? $"'UpdateFramework' call is not valid: {options}"
            : null;
    }

    private void Refuse(UPid from, Framework framework, string problem)
    {
        context.Logger.UpdateRefused(framework.Id, problem);
        context.SendError(from, problem);
    }

    private void Update(Framework framework, Call.Types.UpdateFramework call)
    {
        FrameworkInfo info = call.FrameworkInfo;
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
        framework.Metrics?.SetRoles(roles, options.SuppressedRoles);
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
