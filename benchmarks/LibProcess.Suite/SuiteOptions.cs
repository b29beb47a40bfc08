using System.Globalization;
using LibProcess.Suite.Catalog;
using LibProcess.Suite.Measuring;

namespace LibProcess.Suite;

/// <summary>The command line of a run. Suites that measure with this one add options of their own.</summary>
internal record SuiteOptions
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

    public Plan Plan { get; protected init; } = new();

    public bool List { get; private init; }

    public bool Small { get; private init; }

    public bool Check { get; private init; }

    public string? HistoryFile { get; private init; }

    public string? TableFile { get; private init; }

    /// <exception cref="ArgumentException">Something on the line is not understood.</exception>
    public static SuiteOptions Parse(IEnumerable<string> arguments) => Parse(new SuiteOptions(), Catalog.Benchmarks.All, arguments);

    /// <param name="start">What holds where nothing is said.</param>
    /// <param name="all">What may be chosen from.</param>
    /// <param name="arguments">The line.</param>
    /// <exception cref="ArgumentException">Something on the line is not understood.</exception>
    protected static T Parse<T>(T start, IEnumerable<Benchmark> all, IEnumerable<string> arguments)
        where T : SuiteOptions
    {
        SuiteOptions options = start;
        List<string> names = [];
        foreach (string argument in arguments)
        {
            if (argument.StartsWith('-'))
            {
                string[] parts = argument.Split('=', 2);
                options = options.With(parts[0], parts.Length == 2 ? parts[1] : string.Empty) ?? throw new ArgumentException($"Unknown option '{argument}'");
            }
            else
            {
                names.Add(argument);
            }
        }

        Benchmark[] chosen = [.. all.Where(benchmark => names.Count == 0 || names.Any(name => Matches(benchmark.Id, name)))];
        return chosen.Length > 0
            ? (T)(options with { Benchmarks = chosen })
            : throw new ArgumentException($"No benchmark is named '{string.Join("', '", names)}'");
    }

    /// <returns>These options and one more, or null where there is none of that name.</returns>
    protected virtual SuiteOptions? With(string name, string value) => name switch
    {
        "--list" => this with { List = true },
        "--noisy" => this with { Plan = Plan with { Noisy = true, MostWarmUps = Math.Min(Plan.MostWarmUps, 5) } },
        "--quick" => this with { Plan = Plan with { Scale = 0.1, Rounds = 3, MostWarmUps = 4 } },
        "--small" => this with { Small = true, Plan = Plan with { Scale = 0.01 } },
        "--rounds" => this with { Plan = Plan with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) } },
        "--scale" => this with { Plan = Plan with { Scale = double.Parse(value, CultureInfo.InvariantCulture) } },
        "--without" => this with { Plan = Plan with { Without = new HashSet<string>([.. Plan.Without, value]) } },
        "--check" => this with { Check = true },
        "--history" => this with { HistoryFile = value },
        "--table" => this with { TableFile = value },
        _ => null,
    };

    // L1 is not L10.
    private static bool Matches(string id, string name) =>
        id.Equals(name, StringComparison.OrdinalIgnoreCase) || id.StartsWith(name + ".", StringComparison.OrdinalIgnoreCase);
}
