using System.Collections;

namespace Mesos.Cli;

/// <summary>The surroundings of a command.</summary>
internal sealed class CommandContext
{
    private CancellationToken? stop;

    /// <summary>Where results go.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Where complaints go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Cancelled when the user or the system asks the program to stop. Asking for it starts listening for signals.</summary>
    public CancellationToken Stop => stop ??= StopSource();

    /// <summary>Where <see cref="Stop"/> comes from.</summary>
    public Func<CancellationToken> StopSource { get; init; } = StopSignals.Listen;

    /// <summary>The context of a program started by a user.</summary>
    public static CommandContext OfThisProgram() => new()
    {
        Output = Late(Console.OpenStandardOutput),
        Error = Late(Console.OpenStandardError),
        Environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
    };

    /// <summary>The context once standard output and error have been replaced: the writers of this one still lead where those led before.</summary>
    public CommandContext Reopened() => new()
    {
        Output = Late(Console.OpenStandardOutput),
        Error = Late(Console.OpenStandardError),
        Environment = Environment,
        StopSource = StopSource,
    };

    /// <summary>Says why the program stops with a failure.</summary>
    /// <returns>The exit code of failures.</returns>
    public int Fail(string sentence)
    {
        Error.WriteLine(sentence);
        return ExitCodes.Failure;
    }

    // Several threads may write.
    private static TextWriter Late(Func<Stream> open) => TextWriter.Synchronized(new LateWriter(open));
}
