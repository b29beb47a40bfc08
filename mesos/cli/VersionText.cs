namespace Mesos.Cli;

/// <summary>What the program calls itself.</summary>
internal static class VersionText
{
    /// <summary>The version of Mesos whose protocol and flags this program speaks; scripts look for it.</summary>
    public const string Protocol = "1.12.0";

    /// <summary>Begins as the original's answer does, and goes on with the version of this implementation.</summary>
    public static string Line =>
        $"mesos {Protocol} (Mesos for .NET {typeof(VersionText).Assembly.GetName().Version!.ToString(fieldCount: 3)})";
}
