using Mesos.Master.Authorization;
using Mesos.Master.State;
using Mesos.Proto;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;
using Request = Mesos.Proto.Authorization.Request;

namespace Mesos.Master.Accept;

/// <summary>
/// Asks whether a framework may do what it wants to do with offers, everything at once. Meanwhile its tasks are pending: they
/// can be killed and asked for.
/// </summary>
/// <remarks>Upstream: <c>authorizeTask</c> and its siblings in src/master/master.cpp.</remarks>
internal sealed class AcceptPermissions(IMasterContext context, Permissions permissions)
{
    /// <summary>The answer where nobody was asked.</summary>
    public Answer Nothing { get; } = new();

    public bool NeedNoAsking(IReadOnlyCollection<Offer.Types.Operation> operations) => permissions.Unlimited || operations.Count == 0;

    /// <summary>Goes on in a later event of the master, or at once where the answers are there: what was known before is to be looked up again.</summary>
    public void Await(Framework framework, IReadOnlyCollection<Offer.Types.Operation> operations, Action<Answer> then)
    {
        var answer = new Answer();
        List<TaskInfo> pending = [];
        foreach (TaskInfo task in operations.SelectMany(TaskAnswers.TasksOf))
        {
            // Of two with one id the second is refused when its turn comes.
            if (framework.Task(task.TaskId.Value) is null && framework.PendingTasks.TryAdd(task.TaskId.Value, task))
            {
                pending.Add(task);
            }
        }

        context.Run(AskAsync, nameof(AcceptPermissions));

        async Task AskAsync()
        {
            (object Asked, Task<string?> Refusal)[] asked = [.. operations
                .SelectMany(operation => Questions(framework, operation))
                .Select(question => (question.About, permissions.RefusalAsync(framework.Info.Principal, question.Requests).AsTask()))];
            foreach ((object about, Task<string?> refusal) in asked)
            {
                if (await refusal is { } text)
                {
                    answer.Refusals[about] = text;
                }
            }

            foreach (TaskInfo task in pending)
            {
                if (framework.PendingTasks.TryGetValue(task.TaskId.Value, out TaskInfo? still) && ReferenceEquals(still, task))
                {
                    framework.PendingTasks.Remove(task.TaskId.Value);
                }
                else
                {
                    answer.Killed.Add(task);
                }
            }

            then(answer);
        }
    }

    private static IEnumerable<(object About, IEnumerable<Request> Requests)> Questions(Framework framework, Offer.Types.Operation operation) =>
        operation.Type is OperationType.Launch or OperationType.LaunchGroup
            ? TaskAnswers.TasksOf(operation).Select(task => ((object)task, (IEnumerable<Request>)[AuthorizationRequests.ForTask(task, framework.Info)]))
            : [(operation, AuthorizationRequests.ForOperation(operation))];

    /// <summary>What came of the questions.</summary>
    internal sealed class Answer
    {
        /// <summary>Why an operation or a task is not permitted, by the message that stands for it.</summary>
        public Dictionary<object, string> Refusals { get; } = new(ReferenceEqualityComparer.Instance);

        /// <summary>Tasks that were killed meanwhile; the framework has been told.</summary>
        public HashSet<TaskInfo> Killed { get; } = new(ReferenceEqualityComparer.Instance);
    }
}
