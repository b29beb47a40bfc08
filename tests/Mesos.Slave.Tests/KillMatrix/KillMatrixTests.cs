using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests.KillMatrix;

/// <summary>
/// Three tasks from launch to finish, killed at every write on the way. Whatever is killed, without anybody's help: every task comes
/// to an end the scheduler hears of, none runs twice, no executor is left behind, and what an executor was told to be safe is safe.
/// </summary>
[TestFixture]
[Platform(Include = "Linux", Reason = "commits as on Linux")]
internal sealed class KillMatrixTests
{
    // Every image is a power cut at another step with other losses.
    private static int Images => int.TryParse(Environment.GetEnvironmentVariable("MESOS_TEST_POWER_CUTS"), out int wanted) ? wanted : 50;

    // Each is an error at another step, once or for as long as the agent runs, and a power cut some steps later.
    private static int Faults => int.TryParse(Environment.GetEnvironmentVariable("MESOS_TEST_DISK_FAULTS"), out int wanted) ? wanted : 100;

    // Pairs of steps: one of the way from launch to finish, one of the recovery after it. All of them are some 2,500.
    private static int RecoveryKills => int.TryParse(Environment.GetEnvironmentVariable("MESOS_TEST_RECOVERY_KILLS"), out int wanted) ? wanted : 150;

    [Test]
    public async Task Undisturbed_all_tasks_finish_and_each_step_is_made_once()
    {
        (World world, IReadOnlyList<string> wrong) = await RunAsync(Victim.Agent, at: 0);
        Assert.That(wrong, Is.Empty);
        Assert.That(world.Master.Ends.Values, Has.All.EqualTo(TaskState.TaskFinished));
        Assert.That(world.Failures, Is.Empty);
        TestContext.Out.WriteLine($"{world.Disk.Steps.Count} steps, {world.Disk.Syncs} waits for the disk\n{string.Join('\n', world.Disk.Steps)}");
    }

    [TestCase(Victim.Agent)]
    [TestCase(Victim.Executors)]
    [TestCase(Victim.Both)]
    public async Task Killed_at_every_step_nothing_is_lost_doubled_or_left_behind(Victim victim)
    {
        int steps = (await RunAsync(Victim.Agent, at: 0)).World.Disk.Steps.Count;
        List<string> violations = [];
        int orphans = 0;
        for (int at = 1; at <= steps; at++)
        {
            (World world, IReadOnlyList<string> wrong) = await RunAsync(victim, at);
            orphans += world.Machine.Orphans;
            violations.AddRange(wrong.Select(violation => $"{victim} killed at step {at} ({Step(world, at)}): {violation}"));
        }

        TestContext.Out.WriteLine($"{victim}: {steps} points, {violations.Count} violations, {orphans} orphans killed");
        Assert.That(violations, Is.Empty);
        Assert.That(orphans, Is.Zero, "an executor is never let go before a checkpoint tells of it");
    }

    [TestCase(Victim.Agent, Victim.Agent)]
    [TestCase(Victim.Both, Victim.Both)]
    [TestCase(Victim.Machine, Victim.Machine)]
    [TestCase(Victim.Agent, Victim.Machine)]
    public async Task Killed_again_while_it_recovers_the_next_agent_recovers_all_the_same(Victim victim, Victim then)
    {
        const int StepsOfRecovery = 20;
        int steps = (await RunAsync(Victim.Agent, at: 0)).World.Disk.Steps.Count;
        List<string> violations = [];
        int all = steps * StepsOfRecovery, wanted = Math.Min(RecoveryKills, all), killedAgain = 0, orphans = 0;
        for (int point = 0; point < wanted; point++)
        {
            int chosen = (int)((long)point * all / wanted);
            (int at, int again) = (1 + (chosen / StepsOfRecovery), 1 + ((chosen + point) % StepsOfRecovery));
            await using var world = new World(new SimulatedDisk()) { AgainAt = again, AgainVictim = then };
            IReadOnlyList<string> wrong = await world.RunAsync(victim, at, seed: point);
            killedAgain += world.Kills == 2 ? 1 : 0;
            orphans += world.Machine.Orphans;
            violations.AddRange(wrong.Concat(world.Failures).Select(violation => $"{victim} killed at step {at} and {then} at step {again} of what followed: {violation}"));
        }

        TestContext.Out.WriteLine($"{victim}, then {then}: {killedAgain} of {wanted} agents killed again, {violations.Count} violations, {orphans} orphans\n{string.Join('\n', violations.Take(10))}");
        Assert.That(violations, Is.Empty);
        Assert.That(orphans, Is.Zero);
        Assert.That(killedAgain, Is.GreaterThan(wanted / 4));
    }

    [Test]
    public async Task After_power_cuts_that_tear_and_lose_what_was_not_durable_nothing_promised_is_forgotten()
    {
        int steps = (await RunAsync(Victim.Agent, at: 0)).World.Disk.Steps.Count;
        List<string> violations = [];
        for (int image = 0; image < Images; image++)
        {
            int at = 1 + (image * 7 % steps);
            (World world, IReadOnlyList<string> wrong) = await RunAsync(Victim.Machine, at, seed: image);
            violations.AddRange(wrong.Concat(world.Failures).Select(violation => $"power cut {image} at step {at} ({Step(world, at)}): {violation}"));
        }

        TestContext.Out.WriteLine($"{Images} images, {violations.Count} violations\n{string.Join('\n', violations.Take(10))}");
        Assert.That(violations, Is.Empty);
    }

    [TestCase(DiskErrors.NoSpace)]
    [TestCase(5)]
    public async Task A_disk_that_fails_at_any_step_ends_in_an_answer_or_in_an_agent_that_says_why(int error)
    {
        int steps = (await RunAsync(Victim.Agent, at: 0)).World.Disk.Steps.Count;
        List<string> violations = [];
        int ends = 0;
        for (int at = 1; at <= steps; at++)
        {
            int failing = at;
            bool failed = false;
            var disk = new SimulatedDisk();
            disk.Fault = (step, what) =>
            {
                if (failed || step != failing || (error == DiskErrors.NoSpace && what is "delete" or "truncate"))
                {
                    return null;
                }

                failed = true;
                return DiskErrors.Create(error, "/agent");
            };
            await using var world = new World(disk);
            IReadOnlyList<string> wrong = await world.RunAsync(Victim.Agent, at: 0);
            ends += world.Failures.Count;
            violations.AddRange(wrong.Select(violation => $"error {error} at step {at}: {violation}"));
            if (failed && world.Failures.Count == 0 && disk.Steps[at - 1].StartsWith("sync", StringComparison.Ordinal))
            {
                violations.Add($"error {error} at step {at}: the agent went on though '{disk.Steps[at - 1]}' had failed");
            }

            violations.AddRange(world.Failures.Where(failure => !failure.Contains("/agent", StringComparison.Ordinal)).Select(failure => $"error {error} at step {at}: ended with '{failure}'"));
        }

        TestContext.Out.WriteLine($"error {error}: {steps} points, {violations.Count} violations, {ends} agents ended\n{string.Join('\n', violations.Take(10))}");
        Assert.That(violations, Is.Empty);
    }

    [TestCase(DiskErrors.NoSpace, false)]
    [TestCase(DiskErrors.NoSpace, true)]
    [TestCase(5, false)]
    [TestCase(5, true)]
    public async Task A_disk_that_fails_half_way_and_loses_power_then_has_all_that_was_promised(int error, bool stays)
    {
        const int LongestFault = 30;
        const int StepsUntilPowerCut = 12;
        int steps = (await RunAsync(Victim.Agent, at: 0)).World.Disk.Steps.Count;
        List<string> violations = [];
        (int ends, int cuts) = (0, 0);
        for (int point = 0; point < Faults; point++)
        {
            int failing = 1 + (int)((long)point * steps / Faults);
            int cut = failing + 1 + (point % StepsUntilPowerCut);
            int failed = 0;
            World? world = null;
            var disk = new SimulatedDisk { WritesHalf = true };
            disk.Fault = (step, what) =>
            {
                bool begins = failed == 0 && step == failing;
                bool goesOn = failed > 0 && stays && (world?.Failures.Count ?? 0) == 0 && (error != DiskErrors.NoSpace || failed < LongestFault);
                if ((!begins && !goesOn) || (error == DiskErrors.NoSpace && (what is "delete" or "truncate" || (goesOn && what is "sync" or "syncfs"))))
                {
                    return null;
                }

                failed++;
                return DiskErrors.Create(error, "/agent");
            };
            await using (world = new World(disk))
            {
                IReadOnlyList<string> wrong = await world.RunAsync(Victim.Machine, cut, seed: point);
                ends += world.Failures.Count;
                cuts += world.Kills;
                violations.AddRange(wrong
                    .Concat(world.Failures.Where(failure => !failure.Contains("/agent", StringComparison.Ordinal)))
                    .Select(violation => $"error {error} from step {failing}, power cut at {cut}: {violation}"));
            }
        }

        TestContext.Out.WriteLine($"error {error}{(stays ? " that stays" : "")}: {Faults} points, {cuts} power cuts, {ends} agents ended, {violations.Count} violations\n{string.Join('\n', violations.Take(10))}");
        Assert.That(violations, Is.Empty);
        Assert.That(cuts, Is.GreaterThan(Faults / 4));
    }

    [Test]
    public async Task A_full_disk_holds_updates_back_refuses_tasks_and_goes_on_when_there_is_space()
    {
        var disk = new SimulatedDisk();
        bool full = true;
        int refused = 0;
        disk.Fault = (_, what) =>
        {
            if (!full || what != "append")
            {
                return null;
            }

            full = ++refused < 5;
            return DiskErrors.Create(DiskErrors.NoSpace, "/agent");
        };
        await using var world = new World(disk);
        Assert.That(await world.RunAsync(Victim.Agent, at: 0), Is.Empty);
        Assert.That(world.Failures, Is.Empty);
        Assert.That(world.Master.Ends.Values, Has.All.EqualTo(TaskState.TaskFinished));
    }

    [Test]
    public async Task The_suite_notices_a_disk_that_only_says_that_things_are_durable()
    {
        int found = 0;
        for (int at = 30; at < 150 && found == 0; at++)
        {
            var disk = new SimulatedDisk { IgnoresSync = true };
            await using var world = new World(disk);
            found = (await world.RunAsync(Victim.Machine, at, seed: at)).Count;
        }

        Assert.That(found, Is.GreaterThan(0));
    }

    [Test]
    public async Task The_suite_notices_updates_that_are_acknowledged_before_they_are_written()
    {
        int found = 0;
        for (int at = 30; at < 200 && found == 0; at++)
        {
            await using var world = new World(new SimulatedDisk(), static store => new HastyStore(store));
            found = (await world.RunAsync(Victim.Both, at)).Count;
        }

        Assert.That(found, Is.GreaterThan(0));
    }

    private static async Task<(World World, IReadOnlyList<string> Wrong)> RunAsync(Victim victim, int at, int seed = 0)
    {
        var world = new World(new SimulatedDisk());
        await using (world)
        {
            SimulatedDisk first = world.Disk;
            IReadOnlyList<string> wrong = await world.RunAsync(victim, at, seed);
            Steps.Add(world, first.Steps);
            return (world, wrong);
        }
    }

    private static System.Runtime.CompilerServices.ConditionalWeakTable<World, List<string>> Steps { get; } = [];

    private static string Step(World world, int at) => Steps.TryGetValue(world, out List<string>? steps) && steps.Count >= at ? steps[at - 1] : "?";

    /// <summary>Says that things are kept before they are: each is written when some more have come.</summary>
    private sealed class HastyStore(ICheckpointStore store) : ICheckpointStore
    {
        private const int Behind = 3;
        private readonly Lock gate = new();
        private readonly Queue<IReadOnlyList<Change>> late = [];

        public string? Trouble => store.Trouble;

        public Task CommitAsync(params IReadOnlyList<Change> changes)
        {
            lock (gate)
            {
                late.Enqueue(changes);
                if (late.Count > Behind)
                {
                    _ = store.CommitAsync(late.Dequeue());
                }
            }

            return Task.CompletedTask;
        }

        public Task CommitWhenThereIsSpaceAsync(params IReadOnlyList<Change> changes) => CommitAsync(changes);

        public Task<T> ReadAsync<T>(Func<IFileSystem, T> read) => store.ReadAsync(read);

        public Task SettleAsync(string tree, IReadOnlyList<string> others) => store.SettleAsync(tree, others);
    }
}
