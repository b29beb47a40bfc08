using System.Globalization;
using LibProcess.Suite.Catalog;
using LibProcess.Suite.Measuring;
using Mesos.Suite.Catalog;

namespace Mesos.Suite;

/// <summary>The command line of a run.</summary>
internal sealed record Options
{
    public const string Usage =
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

    public IReadOnlyList<Benchmark> Benchmarks { get; private init; } = [];

    public Plan Plan { get; private init; } = new() { LeastWarmUps = 1, Repeats = 1 };

    public string Executable { get; private init; } = DefaultExecutable();

    public bool List { get; private init; }

    public bool Small { get; private init; }

    public bool Check { get; private init; }

    public string? HistoryFile { get; private init; }

    public string? TableFile { get; private init; }

    /// <exception cref="ArgumentException">Something on the line is not understood.</exception>
    public static Options Parse(IEnumerable<string> arguments)
    {
        var options = new Options();
        List<string> names = [];
        foreach (string argument in arguments)
        {
            string[] parts = argument.Split('=', 2);
            string value = parts.Length == 2 ? parts[1] : string.Empty;
            Plan plan = options.Plan;
            options = parts[0] switch
            {
                "--list" => options with { List = true },
                "--mesos" => options with { Executable = Path.GetFullPath(value) },
                "--noisy" => options with { Plan = plan with { Noisy = true } },
                "--small" => options with { Small = true },
                "--rounds" => options with { Plan = plan with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) } },
                "--scale" => options with { Plan = plan with { Scale = double.Parse(value, CultureInfo.InvariantCulture) } },
                "--check" => options with { Check = true },
                "--history" => options with { HistoryFile = value },
                "--table" => options with { TableFile = value },
                _ when argument.StartsWith('-') => throw new ArgumentException($"Unknown option '{argument}'"),
                _ => options,
            };
            if (!argument.StartsWith('-'))
            {
                names.Add(argument);
            }
        }

        Benchmark[] chosen = [.. Agent.All.Where(benchmark => names.Count == 0 || names.Any(name => Matches(benchmark.Id, name)))];
        return chosen.Length > 0
            ? options with { Benchmarks = chosen }
            : throw new ArgumentException($"No benchmark is named '{string.Join("', '", names)}'");
    }

    // S1 is not S10.
    private static bool Matches(string id, string name) =>
        id.Equals(name, StringComparison.OrdinalIgnoreCase) || id.StartsWith(name + ".", StringComparison.OrdinalIgnoreCase);

    // This program is built in benchmarks/Mesos.Suite/bin/<configuration>/net10.0.
    private static string DefaultExecutable() => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../artifacts/mesos"));
}
