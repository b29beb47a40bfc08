using LibProcess.Processes;
using LibProcess.Testing;

namespace LibProcess.Tests.Time;

[TestFixture]
internal sealed class TimerQueueTests
{
    [Test]
    public async Task A_delay_that_ends_after_the_last_moment_there_is_never_does()
    {
        await using var node = new TestNode();
        var process = node.Spawn(new Waiting(node.Manager));
        await node.AdvanceAsync(TimeSpan.FromDays(400));
        Assert.That(process.Fired, Is.EqualTo(new[] { "a year" }));
    }

    private sealed class Waiting(ProcessManager manager) : ProcessBase(manager, "waiting")
    {
        public List<string> Fired { get; } = [];

        protected override void Initialize()
        {
            Delay(TimeSpan.MaxValue, () => Fired.Add("never"));
            Delay(TimeSpan.FromDays(365), () => Fired.Add("a year"));
        }
    }
}
