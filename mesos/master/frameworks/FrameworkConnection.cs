using LibProcess.Addressing;
using Mesos.Master.Allocator;
using Mesos.Master.Offers;
using Mesos.Master.State;
using Mesos.Proto.Internal;

namespace Mesos.Master.Frameworks;

/// <summary>Schedulers that go away, with or without notice.</summary>
/// <remarks>Upstream: <c>Master::exited</c>, <c>deactivate</c>, <c>frameworkFailoverTimeout</c> in src/master/master.cpp.</remarks>
internal sealed class FrameworkConnection(IMasterContext context, MasterState state, IAllocator allocator, OfferBook book, InverseOffers inverseOffers, FrameworkRemoval removal)
{
    /// <summary>The scheduler aborted: its framework stays, without offers.</summary>
    public void OnDeactivate(UPid from, DeactivateFrameworkMessage message)
    {
        context.Metrics.MessagesDeactivateFramework.Increment();
        Framework? framework = state.Frameworks.Find(message.FrameworkId.Value);
        if (framework is not { Connected: true } || framework.Pid != from)
        {
            context.Logger.FrameworkMessageIgnored(
                message.FrameworkId.Value,
                from,
                framework is null ? "the framework is unknown" : framework.Pid != from ? "it does not come from the framework" : "it is disconnected");
            return;
        }

        Deactivate(framework);
    }

    /// <summary>The connection to the scheduler broke. One that still runs learns it from the error.</summary>
    public void OnExited(Framework framework)
    {
        if (!framework.Connected)
        {
            return;
        }

        context.SendError(framework.Pid!, "Framework disconnected");
        Deactivate(framework);
        framework.Disconnect();
        TimeSpan timeout = FailoverTimeout(framework);
        context.Logger.FrameworkDisconnected(framework.Id, timeout);
        framework.FailoverTimer = context.Delay(timeout, () => OnFailoverTimeout(framework.Id), nameof(OnFailoverTimeout));
    }

    private void OnFailoverTimeout(string id)
    {
        if (state.Frameworks.Find(id) is { Connected: false } framework)
        {
            context.Logger.FailoverTimedOut(id);
            removal.Remove(framework);
        }
    }

    private void Deactivate(Framework framework)
    {
        if (framework.Active)
        {
            framework.Deactivate();
            allocator.DeactivateFramework(framework.Id);
            book.RescindAll(framework.Offers);
            inverseOffers.Withdraw(framework, rescind: true);
        }
    }

    // The description has been checked to hold a time of less than 292 years; a clock waits for less.
    private static TimeSpan FailoverTimeout(Framework framework) =>
        TimeSpan.FromSeconds(Math.Clamp(framework.Info.FailoverTimeout, 0, MasterOptions.MaxRefusal.TotalSeconds * 100));
}
