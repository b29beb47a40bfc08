using Mesos.Launcher.Posix;

namespace Mesos.Launcher.Tests.Posix;

[TestFixture]
internal sealed class ProcessTreeTests
{
    private static readonly ProcessRow[] Table =
    [
        new(1, 0, 1, 1),
        new(10, 1, 10, 10), // The executor.
        new(20, 10, 20, 20), // The task, in a session of its own.
        new(21, 20, 20, 20), // A child of it.
        new(22, 21, 22, 22), // A daemon it made,
        new(23, 22, 22, 22), // and what that runs.
        new(24, 1, 20, 20), // An orphan of the task's session.
        new(30, 10, 10, 10), // Another child of the executor.
        new(40, 1, 40, 40), // A stranger.
    ];

    [Test]
    public void Members_are_descendants_and_whoever_shares_their_session() =>
        Assert.That(ProcessTree.Members(20, Table), Is.EquivalentTo(new[] { 20, 21, 22, 23, 24 }));

    [Test]
    public void Descendants_leave_the_process_itself_out() =>
        Assert.That(ProcessTree.Descendants(10, Table), Is.EquivalentTo(new[] { 20, 21, 22, 23, 24, 30 }));

    [TestCase("12 (sh) S 3 12 7 0 -1 4194304", 12, 3, 12, 7)]
    [TestCase("12 (a) b (c) R 3 12 7 0", 12, 3, 12, 7)]
    [TestCase("12 () Z 3 -1 7 0", 12, 3, -1, 7)]
    public void Parse_reads_a_line_whatever_the_name_holds(string stat, int pid, int parent, int group, int session) =>
        Assert.That(ProcessTree.Parse(stat), Is.EqualTo(new ProcessRow(pid, parent, group, session)));

    [TestCase("")]
    [TestCase("12")]
    [TestCase("x (sh) S 3 12 7")]
    [TestCase("12 (sh) S 3")]
    [TestCase("12 )sh( S 3 12 7")]
    public void Parse_answers_null_for_what_is_no_line(string stat) => Assert.That(ProcessTree.Parse(stat), Is.Null);

    [Test]
    [Platform("Linux")]
    public void Read_finds_this_process() =>
        Assert.That(ProcessTree.Read().Select(row => row.Pid), Does.Contain(Environment.ProcessId));
}
