using System.Globalization;
using LibProcess.Suite.Catalog;
using LibProcess.Suite.Measuring;

namespace LibProcess.Suite;

/// <summary>The command line of a run.</summary>
internal sealed record SuiteOptions
{
    public const string Usage =
        """
        Usage: LibProcess.Suite [NAME...] [OPTION...]

        Runs the benchmarks whose names start with one of the given (such as L1 or L6.clients10), or all.

          --list           tells the names
          --noisy          measures though others use the machine, and says so
          --quick          a tenth of the operations, three rounds
          --small          a hundredth of the operations, one round of ours, no peers: does it work at all
          --rounds=N       measured rounds, 7
          --scale=X        operations, in parts of the full number, 1
          --without=SIDE   leaves a peer out: akka, proto, orleans, kestrel, raw or upstream; may be repeated
          --check          ends with 1 where an enforced floor of goals.json is missed
          --history=FILE   appends a line of JSON for each result; none by default
          --table=FILE     writes the table there too
        """;

    public IReadOnlyList<Benchmark> Benchmarks { get; private init; } = [];

    public Plan Plan { get; private init; } = new();

    public bool List { get; private init; }

    public bool Small { get; private init; }

    public bool Check { get; private init; }

    public string? HistoryFile { get; private init; }

    public string? TableFile { get; private init; }

    /// <exception cref="ArgumentException">Something on the line is not understood.</exception>
    public static SuiteOptions Parse(IEnumerable<string> arguments)
    {
        var options = new SuiteOptions();
        List<string> names = [];
        foreach (string argument in arguments)
        {
            string[] parts = argument.Split('=', 2);
            string value = parts.Length == 2 ? parts[1] : string.Empty;
            Plan plan = options.Plan;
            options = parts[0] switch
            {
                "--list" => options with { List = true },
                "--noisy" => options with { Plan = plan with { Noisy = true, MostWarmUps = 5 } },
                "--quick" => options with { Plan = plan with { Scale = 0.1, Rounds = 3, MostWarmUps = 4 } },
                "--small" => options with { Small = true, Plan = plan with { Scale = 0.01 } },
                "--rounds" => options with { Plan = plan with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) } },
                "--scale" => options with { Plan = plan with { Scale = double.Parse(value, CultureInfo.InvariantCulture) } },
                "--without" => options with { Plan = plan with { Without = new HashSet<string>([.. plan.Without, value]) } },
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

        Benchmark[] chosen = [.. Catalog.Benchmarks.All.Where(benchmark =>
            names.Count == 0 || names.Any(name => Matches(benchmark.Id, name)))];
        return chosen.Length > 0
            ? options with { Benchmarks = chosen }
            : throw new ArgumentException($"No benchmark is named '{string.Join("', '", names)}'");
    }

    // L1 is not L10.
    private static bool Matches(string id, string name) =>
        id.Equals(name, StringComparison.OrdinalIgnoreCase) || id.StartsWith(name + ".", StringComparison.OrdinalIgnoreCase);
}
