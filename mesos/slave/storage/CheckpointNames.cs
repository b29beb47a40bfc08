using Mesos.Common.Values;

namespace Mesos.Slave.Storage;

/// <summary>Names in checkpoints that are not those of the original.</summary>
internal static class CheckpointNames
{
    /// <summary>How the names of files begin that are not complete yet.</summary>
    public const string Temporary = ".tmp-";

    /// <summary>How the names of directories begin that are being deleted. Short, whatever they were called before.</summary>
    public const string Doomed = Temporary + "gone-";

    /// <summary>Why an id cannot be the name of a directory of checkpoints, or null.</summary>
    public static string? Refuse(string id) => IdRules.Validate(id) ??
        (id.StartsWith(Temporary, StringComparison.Ordinal) ? $"The id '{id}' begins with '{Temporary}', as files of the agent do that are not complete yet" : null);
}
