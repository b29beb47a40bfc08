namespace Mesos.Slave.Storage;

/// <summary>Paths in the order in which they were touched, and who touched them.</summary>
internal sealed class Touched
{
    private readonly OrderedDictionary<string, List<CheckpointProcess.Request>> paths = new(StringComparer.Ordinal);

    /// <summary>Those that matter: of requests that have failed nothing has to be durable.</summary>
    public IEnumerable<string> Needed =>
        paths.Where(static path => path.Value.Any(static request => request.Error is null)).Select(static path => path.Key);

    public void Add(string path, CheckpointProcess.Request request)
    {
        if (!paths.TryGetValue(path, out List<CheckpointProcess.Request>? requests))
        {
            paths[path] = requests = [];
        }

        requests.Add(request);
    }
}
