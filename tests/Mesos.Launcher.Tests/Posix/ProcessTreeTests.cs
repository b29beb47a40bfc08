using Mesos.Common.Posix;
using Mesos.Launcher.Posix;

namespace Mesos.Launcher.Tests.Posix;

[TestFixture]
internal sealed class ProcessTreeTests
{
    private static readonly ProcessEntry[] Table =
    [
        Entry(1, 0, 1, 1),
        Entry(10, 1, 10, 10), // The executor.
        Entry(20, 10, 20, 20), // The task, in a session of its own.
        Entry(21, 20, 20, 20), // A child of it.
        Entry(22, 21, 22, 22), // A daemon it made,
        Entry(23, 22, 22, 22), // and what that runs.
        Entry(24, 1, 20, 20), // An orphan of the task's session.
        Entry(30, 10, 10, 10), // Another child of the executor.
        Entry(40, 1, 40, 40), // A stranger.
    ];

    [Test]
    public void Members_are_descendants_and_whoever_shares_their_session() =>
        Assert.That(ProcessTree.Members(20, Table), Is.EquivalentTo(new[] { 20, 21, 22, 23, 24 }));

    [Test]
    public void Descendants_leave_the_process_itself_out() =>
        Assert.That(ProcessTree.Descendants(10, Table), Is.EquivalentTo(new[] { 20, 21, 22, 23, 24, 30 }));

    private static ProcessEntry Entry(int pid, int parent, int group, int session) => new(pid, parent, group, session, false, 0, 0, 0);
}
