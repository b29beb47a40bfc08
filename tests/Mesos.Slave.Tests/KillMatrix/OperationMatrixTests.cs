using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests.KillMatrix;

/// <summary>
/// Reservations and volumes made and destroyed, stopped at every write on the way. Without anybody's help: every operation is done
/// once and its outcome heard as one status, what was told to be finished is there, what was destroyed is gone, data stays.
/// </summary>
[TestFixture]
[Platform(Include = "Linux", Reason = "commits as on Linux")]
internal sealed class OperationMatrixTests
{
    private static int Images => int.TryParse(Environment.GetEnvironmentVariable("MESOS_TEST_POWER_CUTS"), out int wanted) ? wanted : 50;

    [Test]
    public async Task Undisturbed_all_operations_finish_and_nothing_is_left_behind()
    {
        (OperationWorld world, IReadOnlyList<string> wrong, IReadOnlyList<string> steps) = await RunAsync(at: 0);
        TestContext.Out.WriteLine($"{steps.Count} steps\n{string.Join('\n', steps)}");
        Assert.That(wrong.Concat(world.Failures), Is.Empty);
    }

    [Test]
    public async Task An_agent_killed_at_any_step_does_every_operation_once_and_tells_it_as_one_status()
    {
        int steps = (await RunAsync(at: 0)).Steps.Count;
        List<string> violations = [];
        for (int at = 1; at <= steps; at++)
        {
            (OperationWorld world, IReadOnlyList<string> wrong, IReadOnlyList<string> made) = await RunAsync(at);
            violations.AddRange(wrong.Concat(world.Failures).Select(violation => $"killed at step {at} ({made.ElementAtOrDefault(at - 1)}): {violation}"));
        }

        TestContext.Out.WriteLine($"{steps} points, {violations.Count} violations");
        Assert.That(violations, Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task After_power_cuts_no_operation_that_was_told_is_undone_and_no_volume_lost(bool beginsWithVolume)
    {
        int steps = (await RunAsync(at: 0, beginsWithVolume: beginsWithVolume)).Steps.Count;
        List<string> violations = [];
        for (int image = 0; image < Images; image++)
        {
            int at = 1 + (image * 7 % steps);
            (OperationWorld world, IReadOnlyList<string> wrong, IReadOnlyList<string> made) = await RunAsync(at, powerCut: image, beginsWithVolume: beginsWithVolume);
            violations.AddRange(wrong.Concat(world.Failures).Select(violation => $"power cut {image} at step {at} ({made.ElementAtOrDefault(at - 1)}): {violation}"));
        }

        TestContext.Out.WriteLine($"{Images} images, {violations.Count} violations\n{string.Join('\n', violations.Take(10))}");
        Assert.That(violations, Is.Empty);
    }

    [TestCase(DiskErrors.NoSpace)]
    [TestCase(5)]
    public async Task A_disk_that_fails_at_any_step_delays_operations_or_ends_the_agent_and_undoes_nothing(int error)
    {
        int steps = (await RunAsync(at: 0)).Steps.Count;
        List<string> violations = [];
        int ends = 0;
        for (int at = 1; at <= steps; at++)
        {
            int failing = at;
            bool failed = false;
            var disk = new SimulatedDisk();
            disk.Fault = (step, what) =>
            {
                if (failed || step != failing || (error == DiskErrors.NoSpace && what is "delete" or "truncate" or "rmtree"))
                {
                    return null;
                }

                failed = true;
                return DiskErrors.Create(error, "/agent");
            };
            (OperationWorld world, IReadOnlyList<string> wrong, _) = await RunAsync(at: 0, disk: disk);
            ends += world.Failures.Count;
            violations.AddRange(wrong.Concat(world.Failures.Where(failure => !failure.Contains("/agent", StringComparison.Ordinal))).Select(violation => $"error {error} at step {at}: {violation}"));
        }

        TestContext.Out.WriteLine($"error {error}: {steps} points, {violations.Count} violations, {ends} agents ended\n{string.Join('\n', violations.Take(10))}");
        Assert.That(violations, Is.Empty);
    }

    [Test]
    public async Task The_suite_notices_a_disk_that_only_says_that_volumes_are_durable()
    {
        int found = 0;
        for (int at = 20; at < 120 && found == 0; at++)
        {
            found = (await RunAsync(at, powerCut: at, disk: new SimulatedDisk { IgnoresSync = true })).Wrong.Count;
        }

        Assert.That(found, Is.GreaterThan(0));
    }

    private static async Task<(OperationWorld World, IReadOnlyList<string> Wrong, IReadOnlyList<string> Steps)> RunAsync(
        int at, int? powerCut = null, SimulatedDisk? disk = null, bool beginsWithVolume = false)
    {
        disk ??= new SimulatedDisk();
        await using var world = new OperationWorld(disk, beginsWithVolume);
        IReadOnlyList<string> wrong = await world.RunAsync(at, powerCut);
        return (world, wrong, disk.Steps);
    }
}
