using LibProcess.Suite;
using LibProcess.Suite.Measuring;
using Mesos.Suite.Catalog;

namespace Mesos.Suite;

/// <summary>The command line of a run.</summary>
internal sealed record Options : SuiteOptions
{
    public new const string Usage =
        """
        Usage: Mesos.Suite [NAME...] [OPTION...]

        Runs the benchmarks whose names start with one of the given (such as S1 or S5.updates), or all.

          --list           tells the names
          --mesos=PATH     the executable to measure, artifacts/mesos
          --noisy          measures though others use the machine, and says so
          --small          as few operations as may be, one round: does it work at all
          --rounds=N       measured rounds, 7
          --scale=X        operations, in parts of the full number, 1
          --check          ends with 1 where an enforced floor of goals.json is missed
          --history=FILE   appends a line of JSON for each result; none by default
          --table=FILE     writes the table there too
        """;

    public string Executable { get; private init; } = DefaultExecutable();

    /// <exception cref="ArgumentException">Something on the line is not understood.</exception>
    public static new Options Parse(IEnumerable<string> arguments) =>
        Parse(new Options { Plan = new Plan { LeastWarmUps = 1, Repeats = 1 } }, Agent.All, arguments);

    /// <inheritdoc/>
    protected override SuiteOptions? With(string name, string value) => name switch
    {
        "--mesos" => this with { Executable = Path.GetFullPath(value) },
        "--quick" or "--without" => null,
        _ => base.With(name, value),
    };

    // This program is built in benchmarks/Mesos.Suite/bin/<configuration>/net10.0.
    private static string DefaultExecutable() => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../artifacts/mesos"));
}
