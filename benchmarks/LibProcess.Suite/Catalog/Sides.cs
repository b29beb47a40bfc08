namespace LibProcess.Suite.Catalog;

/// <summary>Those who take part, and the programs that measure them.</summary>
internal static class Sides
{
    public const string Ours = "ours";
    public const string Raw = "raw";
    public const string Original = "upstream";

    /// <summary>Where the original's programs are, set by whoever has built them; see benchmarks/README.md.</summary>
    private const string OriginalVariable = "LIBPROCESS_UPSTREAM_BIN";

    /// <returns>The assembly and its arguments; null where that side is not there.</returns>
    public static (string Assembly, string[] Arguments)? Find(string side)
    {
        string self = typeof(Sides).Assembly.Location;
        switch (side)
        {
            case Ours:
                return (self, ["worker", Ours]);
            case Raw:
                return (self, ["worker", Raw]);
            case Original:
                return OriginalDirectory is null ? null : (self, ["worker", Original]);
            default:
                string? peers = PeersAssembly();
                return peers is null ? null : (peers, ["worker", side]);
        }
    }

    public static string? OriginalDirectory =>
        Environment.GetEnvironmentVariable(OriginalVariable) is { Length: > 0 } directory && Directory.Exists(directory) ? directory : null;

    // The peers are built beside this program: benchmarks/Peers/bin/<configuration>/net10.0.
    private static string? PeersAssembly()
    {
        string own = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        string framework = Path.GetFileName(own);
        string configuration = Path.GetFileName(Path.GetDirectoryName(own)!);
        string path = Path.GetFullPath(Path.Combine(own, "../../../../Peers/bin", configuration, framework, "LibProcess.Peers.dll"));
        return File.Exists(path) ? path : null;
    }
}
