using Mesos.Proto;
using Mesos.Proto.Scheduler;

namespace Mesos.Sched;

/// <summary>What the framework is, which roles want offers, and under which constraints: kept here, told to the master now or with the next connection.</summary>
/// <remarks>Upstream: <c>reviveOffers</c>, <c>suppressOffers</c>, <c>updateFramework</c> in src/sched/sched.cpp.</remarks>
internal sealed class Roles(SchedulerState state, IMasterChannel channel, Action<string> fail)
{
    /// <summary>No roles are all roles.</summary>
    public void Revive(IReadOnlyCollection<string> roles)
    {
        if (roles.Count == 0)
        {
            state.SuppressedRoles.Clear();
        }
        else
        {
            state.SuppressedRoles.ExceptWith(roles);
        }

        Tell(Calls.Revive, roles);
    }

    /// <summary>No roles are all roles.</summary>
    public void Suppress(IReadOnlyCollection<string> roles)
    {
        if (roles.Count == 0)
        {
            state.SuppressedRoles = new SortedSet<string>(state.Framework.Roles, StringComparer.Ordinal);
        }
        else
        {
            state.SuppressedRoles.UnionWith(roles);
        }

        Tell(Calls.Suppress, roles);
    }

    public void Update(FrameworkInfo framework, IReadOnlyCollection<string> suppressed, OfferConstraints constraints)
    {
        if (!state.HasFrameworkId)
        {
            fail("UpdateFramework must not be called before the framework is registered with the master");
            return;
        }

        if (!state.FrameworkId.Equals(framework.Id))
        {
            fail($"The id '{framework.Id?.Value}' given to UpdateFramework must be equal to the framework's own, '{state.FrameworkId.Value}'");
            return;
        }

        state.Framework = framework;
        state.SuppressedRoles = new SortedSet<string>(suppressed, StringComparer.Ordinal);
        state.OfferConstraints = constraints;
        if (state.Connected)
        {
            channel.SendToMaster(Calls.UpdateFramework(state));
        }
        else
        {
            state.UpdateOnConnect = true;
        }
    }

    private void Tell(Func<SchedulerState, IReadOnlyCollection<string>, Call> call, IReadOnlyCollection<string> roles)
    {
        if (state.Connected)
        {
            channel.SendToMaster(call(state, roles));
        }
        else
        {
            state.UpdateOnConnect = true;
        }
    }
}
