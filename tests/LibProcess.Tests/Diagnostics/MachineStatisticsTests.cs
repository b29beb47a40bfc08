using LibProcess.Diagnostics;

namespace LibProcess.Tests.Diagnostics;

public sealed class MachineStatisticsTests
{
    [Test]
    public void Load_is_the_first_three_numbers()
    {
        Assert.That(MachineStatistics.ParseLoad("0.60 2.26 2.47 1/123 4567\n"), Is.EqualTo(new LoadAverages(0.6, 2.26, 2.47)));
        Assert.That(MachineStatistics.ParseLoad("0.60 x 2.47 1/123 4567\n"), Is.Null);
        Assert.That(MachineStatistics.ParseLoad(null), Is.Null);
    }

    [TestCase("0\n", 1)]
    [TestCase("0-3\n", 4)]
    [TestCase("0-3,8,10-11\n", 7)]
    [TestCase("", null)]
    [TestCase("3-1", null)]
    [TestCase("x", null)]
    public void Processors_are_counted_in_a_list_of_ranges(string text, int? count)
    {
        Assert.That(MachineStatistics.ParseProcessors(text), Is.EqualTo(count));
    }

    [Test]
    public void Memory_is_found_by_its_line_and_counted_in_bytes()
    {
        const string Text = "MemTotal:       24684096 kB\nMemFree:        20083756 kB\nMemAvailable:   22000000 kB\n";
        Assert.That(MachineStatistics.FindMemory(Text, "MemTotal:"), Is.EqualTo(25276514304));
        Assert.That(MachineStatistics.FindMemory(Text, "MemFree:"), Is.EqualTo(20083756L * 1024));
        Assert.That(MachineStatistics.FindMemory(Text, "Swap:"), Is.Null);
    }

    [Test]
    public void This_machine_has_processors_and_memory()
    {
        MachineStatistics machine = MachineStatistics.Read();
        Assert.That(machine.Processors, Is.Positive);
        Assert.That(machine.TotalMemory, Is.Positive);
        Assert.That(machine.FreeMemory, Is.InRange(0, machine.TotalMemory));
    }
}
