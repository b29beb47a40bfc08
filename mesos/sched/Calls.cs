using Google.Protobuf;
using Mesos.Proto;
using Mesos.Proto.Scheduler;

namespace Mesos.Sched;

/// <summary>Builds calls exactly as the original's driver fills them: which fields are present, even if empty, matters to masters.</summary>
/// <remarks>Upstream: the methods of <c>SchedulerProcess</c> in src/sched/sched.cpp.</remarks>
internal static class Calls
{
    /// <summary><c>force</c> is present exactly where there is an id; the constraints always are.</summary>
    public static Call Subscribe(SchedulerState state)
    {
        var call = new Call
        {
            Type = Call.Types.Type.Subscribe,
            Subscribe = new Call.Types.Subscribe
            {
                FrameworkInfo = state.Framework.Clone(),
                OfferConstraints = state.OfferConstraints.Clone(),
            },
        };
        call.Subscribe.SuppressedRoles.AddRange(state.SuppressedRoles);
        if (state.HasFrameworkId)
        {
            call.Subscribe.Force = state.TakesOver;
            call.FrameworkId = state.FrameworkId.Clone();
        }

        return call;
    }

    public static Call UpdateFramework(SchedulerState state)
    {
        Call call = Of(Call.Types.Type.UpdateFramework, state);
        call.UpdateFramework = new Call.Types.UpdateFramework
        {
            FrameworkInfo = state.Framework.Clone(),
            OfferConstraints = state.OfferConstraints.Clone(),
        };
        call.UpdateFramework.SuppressedRoles.AddRange(state.SuppressedRoles);
        return call;
    }

    public static Call Teardown(SchedulerState state) => Of(Call.Types.Type.Teardown, state);

    public static Call Accept(SchedulerState state, IEnumerable<OfferID> offers, IEnumerable<Offer.Types.Operation> operations, Filters filters)
    {
        Call call = Of(Call.Types.Type.Accept, state);
        call.Accept = new Call.Types.Accept { Filters = filters };
        call.Accept.OfferIds.AddRange(offers);
        call.Accept.Operations.AddRange(operations);
        return call;
    }

    public static Call Decline(SchedulerState state, OfferID offer, Filters filters)
    {
        Call call = Of(Call.Types.Type.Decline, state);
        call.Decline = new Call.Types.Decline { Filters = filters };
        call.Decline.OfferIds.Add(offer);
        return call;
    }

    public static Call Kill(SchedulerState state, TaskID task)
    {
        Call call = Of(Call.Types.Type.Kill, state);
        call.Kill = new Call.Types.Kill { TaskId = task };
        return call;
    }

    /// <summary>Without roles, which means all of them, the body is left out.</summary>
    public static Call Revive(SchedulerState state, IReadOnlyCollection<string> roles)
    {
        Call call = Of(Call.Types.Type.Revive, state);
        if (roles.Count > 0)
        {
            call.Revive = new Call.Types.Revive();
            call.Revive.Roles.AddRange(roles);
        }

        return call;
    }

    /// <summary>Without roles, which means all of them, the body is left out.</summary>
    public static Call Suppress(SchedulerState state, IReadOnlyCollection<string> roles)
    {
        Call call = Of(Call.Types.Type.Suppress, state);
        if (roles.Count > 0)
        {
            call.Suppress = new Call.Types.Suppress();
            call.Suppress.Roles.AddRange(roles);
        }

        return call;
    }

    public static Call Acknowledge(SchedulerState state, SlaveID agent, TaskID task, ByteString uuid)
    {
        Call call = Of(Call.Types.Type.Acknowledge, state);
        call.Acknowledge = new Call.Types.Acknowledge { SlaveId = agent, TaskId = task, Uuid = uuid };
        return call;
    }

    public static Call Message(SchedulerState state, SlaveID agent, ExecutorID executor, ByteString data)
    {
        Call call = Of(Call.Types.Type.Message, state);
        call.Message = new Call.Types.Message { SlaveId = agent, ExecutorId = executor, Data = data };
        return call;
    }

    public static Call Reconcile(SchedulerState state, IEnumerable<TaskStatus> statuses)
    {
        Call call = Of(Call.Types.Type.Reconcile, state);
        call.Reconcile = new Call.Types.Reconcile();
        call.Reconcile.Tasks.AddRange(statuses.Select(status =>
            new Call.Types.Reconcile.Types.Task { TaskId = status.TaskId, SlaveId = status.SlaveId }));
        return call;
    }

    public static Call Request(SchedulerState state, IEnumerable<Request> requests)
    {
        Call call = Of(Call.Types.Type.Request, state);
        call.Request = new Call.Types.Request();
        call.Request.Requests.AddRange(requests);
        return call;
    }

    private static Call Of(Call.Types.Type type, SchedulerState state) =>
        new() { Type = type, FrameworkId = state.FrameworkId.Clone() };
}
