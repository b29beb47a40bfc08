namespace Mesos.Cli;

/// <summary>Which command is meant, and what is left for it.</summary>
/// <param name="Command">The command as it was written; null where there is none.</param>
/// <param name="Arguments">What follows it.</param>
internal readonly record struct Invocation(string? Command, IReadOnlyList<string> Arguments)
{
    private const string Prefix = "mesos-";

    /// <summary>
    /// Called by a name such as <c>mesos-master</c>, usually a link, the program is that command; otherwise the first argument
    /// names it.
    /// </summary>
    public static Invocation Of(string calledAs, IReadOnlyList<string> arguments)
    {
        var name = Path.GetFileNameWithoutExtension(calledAs);
        return name.StartsWith(Prefix, StringComparison.Ordinal) && CommandLine.Find(name[Prefix.Length..]) is not null
            ? new Invocation(name[Prefix.Length..], arguments)
            : arguments.Count == 0 ? new Invocation(null, []) : new Invocation(arguments[0], [.. arguments.Skip(1)]);
    }

    /// <summary>The name this program was called by.</summary>
    public static string OwnName()
    {
        var first = Environment.GetCommandLineArgs()[0];

        // Not compiled to native code, the runtime puts the assembly there; the system still knows.
        const string AsStarted = "/proc/self/cmdline";
        return first.EndsWith(".dll", StringComparison.Ordinal) && File.Exists(AsStarted)
            ? File.ReadAllText(AsStarted).Split('\0')[0]
            : first;
    }
}
