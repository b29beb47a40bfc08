using LibProcess.Addressing;
using Mesos.Master.Allocator;
using Mesos.Master.Leadership;
using Mesos.Master.Offers;
using Mesos.Master.State;
using Mesos.Master.Validation;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Frameworks;

/// <summary>Schedulers that subscribe: for the first time, again, or in place of one that went away.</summary>
/// <remarks>Upstream: <c>Master::subscribe</c>, <c>_subscribe</c>, <c>failoverFramework</c> in src/master/master.cpp.</remarks>
internal sealed class Subscription(
    IMasterContext context,
    MasterState state,
    IAllocator allocator,
    OfferBook book,
    InverseOffers inverseOffers,
    FrameworkRecovery recovery,
    FrameworkUpdate update,
    PeerAuthentication authentication,
    MasterIds ids)
{
    /// <summary>The older form of a first subscription.</summary>
    public void OnRegister(UPid from, RegisterFrameworkMessage message)
    {
        if (!string.IsNullOrEmpty(message.Framework.Id?.Value))
        {
            Refuse(from, message.Framework, "Registering with 'id' already set");
            return;
        }

        OnSubscribe(from, new Call.Types.Subscribe { FrameworkInfo = message.Framework });
    }

    /// <summary>The older form of a later subscription.</summary>
    public void OnReregister(UPid from, ReregisterFrameworkMessage message)
    {
        if (string.IsNullOrEmpty(message.Framework.Id?.Value))
        {
            Refuse(from, message.Framework, "Re-registering without an 'id'");
            return;
        }

        OnSubscribe(from, new Call.Types.Subscribe { FrameworkInfo = message.Framework, Force = message.Failover });
    }

    public void OnSubscribe(UPid from, Call.Types.Subscribe call)
    {
        FrameworkInfo info = call.FrameworkInfo;
        bool first = string.IsNullOrEmpty(info.Id?.Value);
        (first ? context.Metrics.MessagesRegisterFramework : context.Metrics.MessagesReregisterFramework).Increment();
        string? problem = FrameworkValidation.Validate(info, context.Options, state.Frameworks)
            ?? FrameworkValidation.ValidateOptions(info, call.SuppressedRoles, call.OfferConstraints)
            ?? authentication.CheckFramework(from, info);
        if (problem is not null)
        {
            Refuse(from, info, problem);
        }
        else if (!from.IsValid)
        {
            context.Logger.SubscriptionRefused(info.Name, from, "its address is not valid");
        }
        else if (first)
        {
            authentication.FillIn(from, info);
            Register(from, call);
        }
        else
        {
            authentication.FillIn(from, info);
            Resubscribe(from, call);
        }
    }

    private void Register(UPid from, Call.Types.Subscribe call)
    {
        if (state.Frameworks.Find(from) is { } known)
        {
            // It did not hear the answer yet.
            context.Logger.AlreadySubscribed(known.Id, from);
            SendRegistered(known);
            return;
        }

        call.FrameworkInfo.Id = new FrameworkID { Value = ids.NextFramework() };
        Framework framework = recovery.Create(call.FrameworkInfo);
        (framework.RegisteredTime, framework.ReregisteredTime) = (context.Now, context.Now);
        framework.Metrics?.Called(Call.Types.Type.Subscribe);
        framework.Update(call.FrameworkInfo, call.OfferConstraints ?? new OfferConstraints());
        framework.Connect(from, state.SchedulerStreams.Contains(from));
        framework.Activate();
        context.Link(from);
        recovery.Add(framework, OptionsOf(call));
        SendRegistered(framework);
    }

    private void Resubscribe(UPid from, Call.Types.Subscribe call)
    {
        FrameworkInfo info = call.FrameworkInfo;
        if (state.Frameworks.Find(from) is { } other && other.Id != info.Id.Value)
        {
            context.Logger.SubscriptionRefused(info.Name, from, "another framework is connected from there");
            return;
        }

        Framework framework = state.Frameworks.Find(info.Id.Value) ?? recovery.Recover(info.Clone());
        FrameworkValidation.PreserveImmutableFields(framework.Info, info);
        if (FrameworkValidation.ValidateUpdate(framework.Info, info) is { } problem)
        {
            Refuse(from, info, problem);
            return;
        }

        framework.Metrics?.Called(Call.Types.Type.Subscribe);
        bool recovered = framework.Recovered;
        if (!recovered && framework.Pid != from && !call.Force)
        {
            Refuse(from, info, "Framework failed over");
            return;
        }

        update.Apply(framework, info, call.OfferConstraints ?? new OfferConstraints(), OptionsOf(call));
        framework.ReregisteredTime = context.Now;
        if (recovered)
        {
            framework.RegisteredTime = context.Now;
            Connect(framework, from);
            SendRegistered(framework);
        }
        else if (call.Force)
        {
            FailOver(framework, from);
        }
        else
        {
            book.RescindAll(framework.Offers);
            inverseOffers.Withdraw(framework, rescind: true);
            Connect(framework, from);
            context.Send(framework, new FrameworkReregisteredMessage
            {
                FrameworkId = new FrameworkID { Value = framework.Id },
                MasterInfo = context.Info.Clone(),
            });
        }

        update.Announce(framework);
    }

    /// <summary>The new scheduler starts without offers and hears that it is registered, as a new framework would.</summary>
    private void FailOver(Framework framework, UPid to)
    {
        context.Logger.FailedOver(framework.Id, to);
        if (framework.Connected && framework.Pid is { } old && old != to)
        {
            context.SendError(old, "Framework failed over");
        }

        state.Frameworks.Connect(framework, to, state.SchedulerStreams.Contains(to));
        context.Link(to);
        book.DiscardAll(framework.Offers);
        inverseOffers.Withdraw(framework, rescind: false);
        Activate(framework);
        SendRegistered(framework);
    }

    private void Connect(Framework framework, UPid pid)
    {
        state.Frameworks.Connect(framework, pid, state.SchedulerStreams.Contains(pid));
        context.Link(pid);
        Activate(framework);
    }

    private void Activate(Framework framework)
    {
        if (framework.Activate())
        {
            allocator.ActivateFramework(framework.Id);
        }
    }

    private void SendRegistered(Framework framework) => context.Send(framework, new FrameworkRegisteredMessage
    {
        FrameworkId = new FrameworkID { Value = framework.Id },
        MasterInfo = context.Info.Clone(),
    });

    private void Refuse(UPid from, FrameworkInfo info, string problem)
    {
        context.Logger.SubscriptionRefused(info.Name, from, problem);
        context.SendError(from, problem);
    }

    private static FrameworkOptions OptionsOf(Call.Types.Subscribe call) =>
        new(new HashSet<string>(call.SuppressedRoles, StringComparer.Ordinal), OfferConstraintsFilter.TryCreate(call.OfferConstraints, out _));
}
