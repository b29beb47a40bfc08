using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.Allocator;
using Mesos.Master.Offers;
using Mesos.Master.State;
using Mesos.Master.Validation;
using Mesos.Proto;
using Mesos.Proto.Scheduler;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;
using Reason = Mesos.Proto.TaskStatus.Types.Reason;

namespace Mesos.Master.Accept;

/// <summary>Offers a framework uses: the operations run in order on what was offered; what is left is declined.</summary>
/// <remarks>
/// Upstream: <c>Master::accept</c> and <c>_accept</c> in src/master/master.cpp. While permissions are waited for the offers stay in
/// the books, marked as accepted: whatever takes them away meanwhile ends the call.
/// </remarks>
internal sealed class AcceptCall(
    IMasterContext context,
    MasterState state,
    IAllocator allocator,
    OfferBook book,
    OperationScreening screening,
    OperationDrop drop,
    TaskAnswers answers,
    AcceptPermissions permissions,
    IReadOnlyDictionary<OperationType, IAcceptedOperation> kinds)
{
    public void OnAccept(Framework framework, Call.Types.Accept call)
    {
        Count(framework, call);
        if (OfferValidation.Validate(call.OfferIds, state, framework) is { } problem)
        {
            context.Logger.InvalidOffers(framework.Id, problem);
            GiveBack(framework, call.OfferIds);
            Refuse(framework, call.Operations, problem);
            return;
        }

        MasterOffer[] offers = [.. call.OfferIds.Select(id => state.Offers[id.Value])];
        List<Offer.Types.Operation> operations = screening.Screen(framework, offers[0].Agent, offers[0].Role, call.Operations);
        if (permissions.NeedNoAsking(operations))
        {
            Perform(framework, offers, operations, call.Filters, permissions.Nothing);
            return;
        }

        Array.ForEach(offers, OfferBook.Accept);
        permissions.Await(framework, operations, granted => Perform(framework, offers, operations, call.Filters, granted));
    }

    private void Perform(
        Framework framework,
        MasterOffer[] offers,
        List<Offer.Types.Operation> operations,
        Filters? filters,
        AcceptPermissions.Answer granted)
    {
        Agent agent = offers[0].Agent;
        if (Array.Find(offers, offer => !state.Offers.ContainsKey(offer.Id)) is { } lost)
        {
            // Only after a wait: the offer ended with its agent or with the framework, or for the sake of somebody else.
            book.DiscardAll(offers.Where(offer => state.Offers.ContainsKey(offer.Id)));
            RefuseLost(framework, agent, operations, lost, granted);
            return;
        }

        if (!agent.Connected)
        {
            book.DiscardAll(offers);
            RefuseTasks(framework, operations, Reason.SlaveDisconnected, "Agent disconnected", granted);
            return;
        }

        Resources offered = offers.Aggregate(Resources.Empty, (sum, offer) => sum + offer.Resources);
        Array.ForEach(offers, book.Remove);
        framework.Metrics?.OffersAccepted.Increment(offers.Length);
        var accepted = new AcceptContext(framework, agent, offers[0].Role, offered, granted);
        foreach (Offer.Types.Operation operation in operations)
        {
            kinds[operation.Type].Perform(accepted, operation);
        }

        allocator.SettleOffers(framework.Id, agent.Id, accepted.Settle(filters));
    }

    private void Count(Framework framework, Call.Types.Accept call)
    {
        foreach (Offer.Types.Operation operation in call.Operations.Where(operation => operation.Type == OperationType.Launch))
        {
            if (operation.Launch?.TaskInfos.Count > 0)
            {
                context.Metrics.MessagesLaunchTasks.Increment();
            }
            else
            {
                context.Metrics.MessagesDeclineOffers.Increment();
                context.Logger.LaunchWithoutTasks(framework.Id);
            }
        }
    }

    /// <summary>The offers cannot be used together: those that exist go back. A framework cannot make others lose theirs by naming them.</summary>
    private void GiveBack(Framework framework, IEnumerable<OfferID> ids)
    {
        foreach (OfferID id in ids)
        {
            if (state.Offers.TryGetValue(id.Value, out MasterOffer? offer) && !offer.Accepted && ReferenceEquals(offer.Framework, framework))
            {
                book.Discard(offer, filters: null);
            }
        }
    }

    private void RefuseLost(
        Framework framework,
        Agent agent,
        IReadOnlyList<Offer.Types.Operation> operations,
        MasterOffer lost,
        AcceptPermissions.Answer granted)
    {
        if (state.Frameworks.Find(framework.Id) != framework)
        {
            return;
        }

        if (state.Agents.Find(agent.Id) != agent)
        {
            RefuseTasks(framework, operations, Reason.SlaveRemoved, "Agent removed", granted);
        }
        else if (!agent.Connected)
        {
            RefuseTasks(framework, operations, Reason.SlaveDisconnected, "Agent disconnected", granted);
        }
        else
        {
            Refuse(framework, operations, $"Offer {lost.Id} is no longer valid", granted);
        }
    }

    private void Refuse(
        Framework framework,
        IReadOnlyList<Offer.Types.Operation> operations,
        string problem,
        AcceptPermissions.Answer? granted = null)
    {
        RefuseTasks(framework, operations, Reason.InvalidOffers, "Task launched with invalid offers: " + problem, granted);
        foreach (Offer.Types.Operation operation in operations)
        {
            if (operation.Type is not (OperationType.Launch or OperationType.LaunchGroup))
            {
                drop.Drop(framework, operation, "Operation attempted with invalid offers: " + problem);
            }
        }
    }

    private void RefuseTasks(
        Framework framework,
        IEnumerable<Offer.Types.Operation> operations,
        Reason reason,
        string message,
        AcceptPermissions.Answer? granted)
    {
        foreach (Offer.Types.Operation operation in operations)
        {
            answers.Answer(
                framework,
                TaskAnswers.TasksOf(operation).Where(task => granted?.Killed.Contains(task) != true),
                TaskState.TaskDropped.For(framework.Capabilities),
                reason,
                message);
        }
    }
}
