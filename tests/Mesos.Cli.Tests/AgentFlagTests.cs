using Mesos.Cli.Commands;
using Mesos.Common.Flags;
using Mesos.Slave;

namespace Mesos.Cli.Tests;

/// <summary>Flags that the program declares beside those of the agent are told by the agent all the same.</summary>
[TestFixture]
internal sealed class AgentFlagTests
{
    // As in tests/fixtures/captures/operator-endpoints.jsonl.
    private static readonly Dictionary<string, string> Recorded = new()
    {
        ["initialize_driver_logging"] = "true",
        ["logbufsecs"] = "0",
        ["logging_level"] = "INFO",
        ["quiet"] = "false",
        ["version"] = "false",
    };

    [Test]
    public void An_agent_tells_the_flags_of_its_program_as_the_original_does()
    {
        string[] arguments = ["--master=127.0.0.1:5050", "--work_dir=/w"];
        Assert.That(new SlaveCommand().Flags.TryLoad(arguments, [], out FlagValues? values, out string? error), Is.True, error);
        IReadOnlyDictionary<string, string> told = SlaveFlags.ToOptions(values!).Flags;
        Assert.That(told.Where(flag => Recorded.ContainsKey(flag.Key)), Is.EquivalentTo(Recorded));
    }
}
