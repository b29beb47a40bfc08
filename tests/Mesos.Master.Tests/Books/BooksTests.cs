using System.Globalization;
using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Randomness;
using LibProcess.Testing;
using Mesos.Common;
using Mesos.Common.Values;
using Mesos.Master.Agents;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;
using static Mesos.Master.Tests.OperationFixtures;
using Reason = Mesos.Proto.TaskStatus.Types.Reason;

namespace Mesos.Master.Tests.Books;

/// <summary>
/// Random agents, frameworks, offers, operations, tasks, updates and losses against a small model. 20,000 steps in the suite;
/// MESOS_TEST_BOOK_STEPS asks for more, such as a million.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BooksTests
{
    private const string AgentResources = "cpus:8;mem:8192;disk:2000";

    private readonly Dictionary<(string Framework, string Task), (string Agent, long Cpus)> holding = [];
    private readonly Dictionary<string, (Framework Framework, Offer Offer)> offers = [];
    private readonly Dictionary<ByteString, (int Number, StatusUpdate Update)> reports = [];
    private readonly Dictionary<(string Framework, string Task), int> heard = [];
    private readonly List<(Framework Framework, StatusUpdate Update)> unacknowledged = [];
    private readonly List<(string Agent, ApplyOperationMessage Operation)> operations = [];
    private readonly List<(Framework Framework, UpdateOperationStatusMessage Update)> operationEnds = [];
    private readonly HashSet<string> offerIds = [];
    private readonly HashSet<ByteString> operationUuids = [];
    private readonly Dictionary<string, long> counts = [];
    private Bookkeeping books = null!;
    private Random random = null!;
    private int numbers;

    private static int Steps =>
        int.TryParse(Environment.GetEnvironmentVariable("MESOS_TEST_BOOK_STEPS"), NumberStyles.None, CultureInfo.InvariantCulture, out int steps) ? steps : 20_000;

    [TestCase(1)]
    [TestCase(2)]
    public async Task The_books_stay_right_whatever_happens(int seed)
    {
        await using var node = new TestNode();
        random = new Random(seed);
        books = new Bookkeeping(node.Manager.Metrics, RandomSource.Seeded(seed), OnSent);
        for (int i = 0; i < 4; i++)
        {
            books.AddAgent(numbers++, AgentResources);
            books.AddFramework(numbers++);
        }

        for (int step = 0; step < Steps; step++)
        {
            Step();
            if (step % 50 == 0)
            {
                Check();
            }
        }

        Check();
        TestContext.Out.WriteLine($"seed {seed}, {Steps} random operations");
        TestContext.Out.WriteLine(string.Join(", ", counts.OrderBy(entry => entry.Key).Select(entry => $"{entry.Key} {entry.Value}")));
        Assert.That(counts.GetValueOrDefault(nameof(RunTaskMessage)), Is.GreaterThan(Steps / 100), "something happens");
        Assert.That(counts.GetValueOrDefault(nameof(ApplyOperationMessage)), Is.GreaterThan(Steps / 100));
        Assert.That(counts.GetValueOrDefault(nameof(CheckpointResourcesMessage)), Is.GreaterThan(Steps / 200));
    }

    private void Step()
    {
        switch (random.Next(1000))
        {
            case < 150:
                foreach ((string frameworkId, Dictionary<string, Dictionary<string, Resources>> resources) in books.Allocator.Decide())
                {
                    books.Broadcast.OnAllocated(frameworkId, resources);
                }

                break;
            case < 480:
                Accept();
                break;
            case < 520 when offers.Count > 0:
                (Framework declines, Offer declined) = Any(offers.Values);
                books.Decline.OnDecline(declines, new Call.Types.Decline { OfferIds = { declined.Id, declined.Id } });
                offers.Remove(declined.Id.Value);
                break;
            case < 540 when offers.Count > 0:
                books.Book.Rescind(books.State.Offers[Any(offers.Values).Offer.Id.Value]);
                break;
            case < 720:
                Report();
                break;
            case < 850 when unacknowledged.Count > 0:
                (Framework told, StatusUpdate update) = TakeAny(unacknowledged);
                books.Acknowledgements.Acknowledge(
                    told, new Call.Types.Acknowledge { SlaveId = update.SlaveId.Clone(), TaskId = update.Status.TaskId.Clone(), Uuid = update.Uuid });
                break;
            case < 930 when operations.Count > 0:
                EndOperation();
                break;
            case < 990 when operationEnds.Count > 0:
                (Framework ends, UpdateOperationStatusMessage end) = TakeAny(operationEnds);
                books.OperationAcknowledgements.Acknowledge(ends, new Call.Types.AcknowledgeOperationStatus
                {
                    SlaveId = end.SlaveId.Clone(), OperationId = end.Status.OperationId.Clone(), Uuid = end.Status.Uuid.Value,
                });
                break;
            case < 995:
                Agent agent = Any(books.State.Agents.Registered);
                TimeInfo? since = random.Next(2) == 0 ? new TimeInfo { Nanoseconds = 1 } : null;
                books.Departure.Depart(agent, new DepartureReason(
                    _ => since is null ? (TaskState.TaskLost, Reason.SlaveRemoved) : (TaskState.TaskUnreachable, Reason.SlaveRemoved), "gone", since));
                Forget(key => holding[key].Agent == agent.Id);
                operations.RemoveAll(operation => operation.Agent == agent.Id);
                books.AddAgent(numbers++, AgentResources);
                break;
            case < 998:
                Framework framework = Any(books.State.Frameworks.Registered);
                books.Removal.Teardown(framework);
                Forget(key => key.Framework == framework.Id);
                foreach (string id in offers.Where(entry => entry.Value.Framework == framework).Select(entry => entry.Key).ToArray())
                {
                    offers.Remove(id);
                }

                unacknowledged.RemoveAll(entry => entry.Framework == framework);
                operationEnds.RemoveAll(entry => entry.Framework == framework);
                books.AddFramework(numbers++);
                break;
        }
    }

    private void Accept()
    {
        if (offers.Count == 0)
        {
            return;
        }

        (Framework framework, Offer offer) = Any(offers.Values);
        var call = new Call.Types.Accept { OfferIds = { offer.Id.Clone() }, Filters = new Filters { RefuseSeconds = 0 } };
        if (random.Next(50) == 0)
        {
            call.OfferIds.Add(new OfferID { Value = random.Next(2) == 0 ? offer.Id.Value : "stale" });
        }

        for (int i = random.Next(4); i >= 0; i--)
        {
            if (Operation(framework, offer) is { } operation)
            {
                call.Operations.Add(operation);
            }
        }

        offers.Remove(offer.Id.Value);
        books.Accept.OnAccept(framework, call);
    }

    private Offer.Types.Operation? Operation(Framework framework, Offer offer)
    {
        string role = framework.Roles.Single();
        Resource resource = Any(offer.Resources);
        Resource some = Some(resource);
        bool volume = resource.IsPersistentVolume();
        switch (random.Next(6))
        {
            case 0 when resource.IsUnreserved():
                some.Reservations.Add(new Resource.Types.ReservationInfo { Type = Resource.Types.ReservationInfo.Types.Type.Dynamic, Role = role });
                return MaybeWithId(Reserve(some));
            case 1 when !volume && !resource.IsUnreserved():
                return MaybeWithId(Unreserve(some));
            case 2 when resource.Name == "disk" && !volume && !resource.IsUnreserved():
                Resource created = Volume($"v{numbers++}", Math.Max(1, some.Scalar.Value), role);
                return MaybeWithId(Create(created));
            case 3 when volume:
                return random.Next(3) switch
                {
                    0 => MaybeWithId(Destroy(resource.Clone())),
                    1 => MaybeWithId(Shrink(resource.Clone(), Math.Round(resource.Scalar.Value / 3, 3))),
                    _ => MaybeWithId(Grow(resource.Clone(), Reserved($"disk:{random.Next(1, 50)}", role))),
                };
            case 4 or 5 when resource.Name == "cpus":
                return Launch(new TaskInfo
                {
                    Name = "t",
                    TaskId = new TaskID { Value = $"t{(random.Next(20) == 0 ? random.Next(numbers) : numbers++)}" },
                    SlaveId = offer.SlaveId.Clone(),
                    Command = new CommandInfo { Value = "run" },
                    Resources = { some },
                });
            default:
                return null;
        }
    }

    /// <summary>A part of a resource, sometimes more than there is.</summary>
    private Resource Some(Resource resource)
    {
        Resource some = resource.Clone();
        some.AllocationInfo = null;
        if (!resource.IsPersistentVolume())
        {
            some.Scalar.Value = Math.Max(0.001, Math.Round(resource.Scalar.Value * random.NextDouble() * 1.1, 3));
        }

        return some;
    }

    private Offer.Types.Operation MaybeWithId(Offer.Types.Operation operation) =>
        random.Next(3) == 0 ? operation.WithId($"op{numbers++}") : operation;

    private void Report()
    {
        if (holding.Count == 0)
        {
            return;
        }

        (string frameworkId, string taskId) = Any(holding.Keys);
        (string agentId, _) = holding[(frameworkId, taskId)];
        TaskState taskState = random.Next(3) switch { 0 => TaskState.TaskRunning, 1 => TaskState.TaskFinished, _ => TaskState.TaskFailed };
        ByteString uuid = UuidBytes.ToByteString(books.Context.Random.NewUuid());
        var update = new StatusUpdate
        {
            FrameworkId = new FrameworkID { Value = frameworkId },
            SlaveId = new SlaveID { Value = agentId },
            Uuid = uuid,
            LatestState = taskState,
            Status = new TaskStatus { TaskId = new TaskID { Value = taskId }, State = taskState, Uuid = uuid, SlaveId = new SlaveID { Value = agentId } },
        };
        reports[uuid] = (numbers++, update);
        if (taskState != TaskState.TaskRunning)
        {
            holding.Remove((frameworkId, taskId));
        }

        UPid pid = books.State.Agents.Find(agentId)!.Pid;
        books.Updates.OnStatusUpdate(pid, new StatusUpdateMessage { Update = update, Pid = pid.ToString() });
    }

    private void EndOperation()
    {
        (string agentId, ApplyOperationMessage operation) = TakeAny(operations);
        var status = new OperationStatus
        {
            State = OperationState.OperationFinished,
            OperationId = operation.OperationInfo.Id?.Clone(),
            Uuid = new UUID { Value = UuidBytes.ToByteString(books.Context.Random.NewUuid()) },
        };
        books.OperationUpdates.OnUpdate(books.State.Agents.Find(agentId)!.Pid, new UpdateOperationStatusMessage
        {
            FrameworkId = operation.FrameworkId.Clone(),
            SlaveId = new SlaveID { Value = agentId },
            Status = status,
            LatestStatus = status.Clone(),
            OperationUuid = operation.OperationUuid.Clone(),
        });
    }

    private void OnSent(UPid to, IMessage message)
    {
        counts[message.GetType().Name] = counts.GetValueOrDefault(message.GetType().Name) + 1;
        switch (message)
        {
            case ResourceOffersMessage { Offers: var made }:
                foreach (Offer offer in made)
                {
                    Assert.That(offerIds.Add(offer.Id.Value), "an offer id is used twice");
                    offers.Add(offer.Id.Value, (books.State.Frameworks.Find(offer.FrameworkId.Value)!, offer));
                }

                break;
            case RescindResourceOfferMessage rescind:
                Assert.That(offers.Remove(rescind.OfferId.Value), "an offer is taken back that nobody has");
                break;
            case RunTaskMessage run:
                holding.Add(
                    (run.Framework.Id.Value, run.Task.TaskId.Value),
                    (run.Task.SlaveId.Value, Cpus(Resources.From(run.Task.Resources))));
                break;
            case ApplyOperationMessage apply:
                Assert.That(operationUuids.Add(apply.OperationUuid.Value), "the uuid of an operation is used twice");
                operations.Add((books.State.Agents.Find(to)!.Id, apply));
                break;
            case StatusUpdateMessage { Update: { HasUuid: true } update }:
                (string, string) key = (update.FrameworkId.Value, update.Status.TaskId.Value);
                int number = reports[update.Uuid].Number;
                Assert.That(number, Is.GreaterThan(heard.GetValueOrDefault(key, -1)), "updates of a task change their order");
                heard[key] = number;
                unacknowledged.Add((books.State.Frameworks.Find(to)!, update));
                break;
            case UpdateOperationStatusMessage update:
                operationEnds.Add((books.State.Frameworks.Find(to)!, update));
                break;
        }
    }

    private void Check()
    {
        foreach (Agent agent in books.State.Agents.Registered)
        {
            Resources used = agent.Used.Total.Unallocate();
            Resources offered = agent.OfferedResources.Unallocate();
            Assert.That(agent.TotalResources.Contains(used + offered), $"{agent.Id} gives away more than it has");
            Assert.That(ResourceQuantities.From(agent.TotalResources), Is.EqualTo(ResourceQuantities.From(Resources.Parse(AgentResources))), "what is converted stays as much");
            Assert.That(Cpus(used), Is.EqualTo(holding.Values.Where(held => held.Agent == agent.Id).Sum(held => held.Cpus)), "used is what tasks hold");
            Assert.That(
                offered,
                Is.EqualTo(offers.Values.Where(entry => entry.Offer.SlaveId.Value == agent.Id)
                    .Aggregate(Resources.Empty, (sum, entry) => sum + Resources.From(entry.Offer.Resources).Unallocate())),
                "offered is what frameworks have in hand");
            Assert.That(books.Allocator.State.TryFind(agent.Id, out Mesos.Master.Allocator.AgentLedger? ledger));
            Assert.That(ledger!.Total, Is.EqualTo(agent.TotalResources), "the allocator knows what the agent has");
            Assert.That(ledger.Available, Is.EqualTo(agent.TotalResources - used - offered), "the allocator knows what is free");
            foreach (MasterTask task in agent.Tasks.Values.SelectMany(tasks => tasks.Values))
            {
                Framework framework = books.State.Frameworks.Find(task.FrameworkId)!;
                Assert.That(framework.Task(task.Id), Is.SameAs(task), "a task is in one place");
                Assert.That(framework.UnreachableTasks.Contains(task.Id), Is.False);
            }
        }

        Assert.That(
            books.State.Frameworks.Registered.Sum(framework => framework.Tasks.Count),
            Is.EqualTo(books.State.Agents.Registered.Sum(agent => agent.Tasks.Values.Sum(tasks => tasks.Count))));
        Assert.That(books.State.Offers.Keys, Is.EquivalentTo(offers.Keys));
    }

    private void Forget(Func<(string Framework, string Task), bool> gone)
    {
        foreach ((string, string) key in holding.Keys.Where(gone).ToArray())
        {
            holding.Remove(key);
        }
    }

    private static long Cpus(Resources resources) => (long)Math.Round((resources.Cpus ?? 0) * 1000);

    private T Any<T>(IReadOnlyCollection<T> items) => items.ElementAt(random.Next(items.Count));

    private T TakeAny<T>(List<T> items)
    {
        int index = random.Next(items.Count);
        T item = items[index];
        items.RemoveAt(index);
        return item;
    }
}
