using System.Collections.Concurrent;
using LibProcess.Events;

namespace Mesos.Slave.Tests.KillMatrix;

/// <summary>
/// As <see cref="KillMatrixTests"/>, but killed at every message between the agent and the master or its executors: just before it is
/// handled, when it is lost, and just after.
/// </summary>
[TestFixture]
[Platform(Include = "Linux", Reason = "commits as on Linux")]
internal sealed class MessageKillTests
{
    [TestCase(Victim.Agent, true)]
    [TestCase(Victim.Agent, false)]
    [TestCase(Victim.Both, true)]
    [TestCase(Victim.Both, false)]
    public async Task Killed_at_every_message_nothing_is_lost_doubled_or_left_behind(Victim victim, bool before)
    {
        (_, MessageKill undisturbed, _) = await RunAsync(victim, before, at: 0);
        int messages = undisturbed.Seen.Count;
        List<string> violations = [];
        int killed = 0, orphans = 0;
        for (int at = 1; at <= messages; at++)
        {
            (World world, MessageKill kill, IReadOnlyList<string> wrong) = await RunAsync(victim, before, at);
            killed += world.Kills;
            orphans += world.Machine.Orphans;
            violations.AddRange(wrong.Concat(world.Failures).Select(violation =>
                $"{victim} killed {(before ? "before" : "after")} message {at} ({kill.Seen.ElementAtOrDefault(at - 1)}): {violation}"));
        }

        TestContext.Out.WriteLine(
            $"{victim} {(before ? "before" : "after")}: {messages} messages, {killed} kills, {violations.Count} violations, {orphans} orphans\n" +
            $"{string.Join('\n', undisturbed.Seen)}");
        Assert.That(violations, Is.Empty);
        Assert.That(orphans, Is.Zero);
        Assert.That(killed, Is.GreaterThan(messages * 9 / 10));
    }

    private static async Task<(World World, MessageKill Kill, IReadOnlyList<string> Wrong)> RunAsync(Victim victim, bool before, int at)
    {
        var kill = new MessageKill(at, before);
        await using var world = new World(new SimulatedDisk(), filter: kill);
        kill.Kill = () => world.KillNow(victim);
        return (world, kill, await world.RunAsync(victim, at: 0));
    }

    /// <summary>Counts the messages that the agent sends and gets, and kills at one of them.</summary>
    private sealed class MessageKill(int at, bool before) : IEventFilter
    {
        private int count;

        public ConcurrentQueue<string> Seen { get; } = [];

        public Action? Kill { get; set; }

        public bool Intercept(in EventView item)
        {
            string to = item.To.Id;
            if (item.Kind != EventKind.Message || !(IsAgent(to) || IsAgent(item.From.Id)))
            {
                return false;
            }

            Seen.Enqueue($"{item.From.Id} -> {to}: {item.Name}");
            if (Interlocked.Increment(ref count) != at)
            {
                return false;
            }

            Kill!();
            return before;
        }

        private static bool IsAgent(string id) => id.StartsWith("slave(", StringComparison.Ordinal);
    }
}
