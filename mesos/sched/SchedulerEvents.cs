using LibProcess.Addressing;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;
using Microsoft.Extensions.Logging;

namespace Mesos.Sched;

/// <summary>Takes <c>mesos.scheduler.Event</c>, the envelope masters may use instead of single messages, apart.</summary>
/// <remarks>Upstream: <c>SchedulerProcess::receive</c> in src/sched/sched.cpp.</remarks>
internal sealed partial class SchedulerEvents(SchedulerProcess process, ILogger logger)
{
    public void Received(UPid from, Event item)
    {
        string? missing = item.Type switch
        {
            Event.Types.Type.Subscribed => Subscribed(from, item.Subscribed),
            Event.Types.Type.Offers => Offers(from, item.Offers),
            Event.Types.Type.Rescind => Rescind(from, item.Rescind),
            Event.Types.Type.Update => Update(from, item.Update),
            Event.Types.Type.Message => Message(item.Message),
            Event.Types.Type.Failure => Failure(from, item.Failure),
            Event.Types.Type.Error => Error(item.Error),
            Event.Types.Type.Unknown => "a known type",

            // Heartbeats, operation statuses and inverse offers: the driver's interface cannot tell them.
            _ => null,
        };

        if (missing is not null)
        {
            process.CountDropped();
            LogDropped(item.Type, from, missing);
        }
    }

    private string? Subscribed(UPid from, Event.Types.Subscribed? subscribed)
    {
        if (subscribed is null)
        {
            return "'subscribed'";
        }

        SchedulerState state = process.State;
        if (state.Master is not { } master)
        {
            return "a leading master";
        }

        // The event does not say which of the two it is.
        if (!state.HasFrameworkId || state.TakesOver)
        {
            process.Registered(from, subscribed.FrameworkId, master.Info.Clone());
        }
        else
        {
            process.Reregistered(from, subscribed.FrameworkId, master.Info.Clone());
        }

        return null;
    }

    private string? Offers(UPid from, Event.Types.Offers? offers)
    {
        if (offers is null)
        {
            return "'offers'";
        }

        List<string> pids = [];
        foreach (Offer offer in offers.Offers_)
        {
            if (offer.Url is not { HasPath: true } url)
            {
                return "'url.path' of every offer";
            }

            pids.Add($"{url.Path.Trim('/')}@{url.Address.Ip}:{url.Address.Port}");
        }

        process.Offered(from, offers.Offers_, pids);
        return null;
    }

    private string? Rescind(UPid from, Event.Types.Rescind? rescind)
    {
        if (rescind is null)
        {
            return "'rescind'";
        }

        process.Rescinded(from, rescind.OfferId);
        return null;
    }

    // The event does not name the agent; as with the original, the status is told without uuid and acknowledged implicitly only.
    private string? Update(UPid from, Event.Types.Update? update)
    {
        if (update is null)
        {
            return "'update'";
        }

        TaskStatus status = update.Status;
        var inner = new StatusUpdate
        {
            FrameworkId = process.State.FrameworkId.Clone(),
            Status = status,
            Timestamp = status.Timestamp,
            ExecutorId = status.ExecutorId?.Clone(),
            SlaveId = status.SlaveId?.Clone(),
        };
        if (status.HasUuid)
        {
            inner.Uuid = status.Uuid;
        }

        process.Updated(from, inner, pid: null);
        return null;
    }

    private string? Message(Event.Types.Message? message)
    {
        if (message is null)
        {
            return "'message'";
        }

        process.MessageReceived(message.ExecutorId, message.SlaveId, message.Data);
        return null;
    }

    private string? Failure(UPid from, Event.Types.Failure? failure)
    {
        switch (failure)
        {
            case null:
                return "'failure'";
            case { SlaveId: null }:
                return "'slave_id'";
            case { ExecutorId: null }:
                process.SlaveLost(from, failure.SlaveId);
                return null;
            case { HasStatus: false }:
                return "'status'";
            default:
                process.ExecutorLost(from, failure.ExecutorId, failure.SlaveId, failure.Status);
                return null;
        }
    }

    private string? Error(Event.Types.Error? error)
    {
        if (error is null)
        {
            return "'error'";
        }

        process.Fail(error.Message);
        return null;
    }

    [LoggerMessage(4050, LogLevel.Warning, "Dropped a {Type} event from {From}: expected {Missing}")]
    private partial void LogDropped(Event.Types.Type type, UPid from, string missing);
}
