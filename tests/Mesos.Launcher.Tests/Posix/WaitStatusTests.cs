using Mesos.Launcher.Posix;

namespace Mesos.Launcher.Tests.Posix;

[TestFixture]
[Platform(Exclude = "Win")]
internal sealed class WaitStatusTests
{
    [TestCase(0x0000, "exited with status 0")]
    [TestCase(0x0300, "exited with status 3")]
    [TestCase(0xff00, "exited with status 255")]
    [TestCase(0x000f, "terminated with signal Terminated")]
    [TestCase(0x0009, "terminated with signal Killed")]
    [TestCase(0x008b, "terminated with signal Segmentation fault (core dumped)")]
    public void It_reads_as_the_original_writes_it(int raw, string text) => Assert.That(new WaitStatus(raw).ToString(), Is.EqualTo(text));

    [Test]
    public void Only_exit_code_zero_is_success()
    {
        Assert.That(WaitStatus.Exited(0).Succeeded, Is.True);
        Assert.That(WaitStatus.Exited(1).Succeeded, Is.False);
        Assert.That(WaitStatus.Signaled(9).Succeeded, Is.False);
    }
}
