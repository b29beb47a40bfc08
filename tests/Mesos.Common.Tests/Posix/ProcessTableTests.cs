using Mesos.Common.Posix;

namespace Mesos.Common.Tests.Posix;

[TestFixture]
internal sealed class ProcessTableTests
{
    private const string Rest = " 0 -1 4194304 1 2 3 4 11 12 0 0 20 0 1 0 5 6 33 7";

    [TestCase("12 (sh) S 3 12 7", 12, 3, 12, 7)]
    [TestCase("12 (a) b (c) R 3 12 7", 12, 3, 12, 7)]
    [TestCase("12 () R 3 -1 7", 12, 3, -1, 7)]
    public void Parse_reads_a_line_whatever_the_name_holds(string stat, int pid, int parent, int group, int session) =>
        Assert.That(ProcessTable.Parse(stat + Rest), Is.EqualTo(new ProcessEntry(pid, parent, group, session, false, 11, 12, 33, 5)));

    [TestCase("Z", true)]
    [TestCase("X", true)]
    [TestCase("S", false)]
    public void A_process_that_has_ended_is_known_as_dead(string state, bool dead) =>
        Assert.That(ProcessTable.Parse($"12 (sh) {state} 3 12 7{Rest}")!.Value.IsDead, Is.EqualTo(dead));

    [TestCase("")]
    [TestCase("12")]
    [TestCase("x (sh) S 3 12 7" + Rest)]
    [TestCase("12 (sh) S 3")]
    [TestCase("12 )sh( S 3 12 7" + Rest)]
    public void Parse_answers_null_for_what_is_no_line(string stat) => Assert.That(ProcessTable.Parse(stat), Is.Null);

    [Test]
    [Platform("Linux")]
    public void Read_finds_this_process() => Assert.That(ProcessTable.Read().Select(process => process.Pid), Does.Contain(Environment.ProcessId));
}
