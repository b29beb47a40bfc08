using Mesos.Proto;

namespace Mesos.Cli.Local;

/// <summary>Copies what a task of a local cluster prints, while it prints it.</summary>
/// <param name="workDirectory">The root directory of the cluster.</param>
/// <param name="output">Where it is copied to.</param>
/// <param name="clock">Time.</param>
internal sealed class SandboxOutput(string workDirectory, TextWriter output, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private StreamReader? reader;

    /// <summary>Copies until the task has ended, and what is there then.</summary>
    /// <param name="sandbox">Completes when it is known where the task runs.</param>
    /// <param name="ended">Completes when the task has ended.</param>
    public async Task FollowAsync(Task<string?> sandbox, Task ended)
    {
        await Task.WhenAny(sandbox, ended);
        if (!sandbox.IsCompletedSuccessfully || await sandbox is not { } directory || Open(directory) is not { } opened)
        {
            return;
        }

        reader = opened;
        var buffer = new char[4096];
        bool last;
        do
        {
            last = ended.IsCompleted;
            await CopyAsync(reader, buffer);
            if (!last)
            {
                await Task.WhenAny(ended, Task.Delay(Interval, clock, CancellationToken.None));
            }
        }
        while (!last);
    }

    /// <summary>The sandbox of a task by what its first update tells; null where it is not among the agents' files.</summary>
    public string? Find(FrameworkID framework, TaskStatus status)
    {
        var agents = Path.Combine(workDirectory, "agents");
        return Directory.EnumerateDirectories(agents)
            .Select(agent => Path.Combine(
                agent,
                "work",
                "slaves",
                status.SlaveId.Value,
                "frameworks",
                framework.Value,
                "executors",
                status.ExecutorId?.Value ?? status.TaskId.Value,
                "runs",
                status.ContainerStatus?.ContainerId?.Value ?? "latest"))
            .FirstOrDefault(Directory.Exists);
    }

    public void Dispose() => reader?.Dispose();

    private static StreamReader? Open(string sandbox)
    {
        try
        {
            return new StreamReader(new FileStream(Path.Combine(sandbox, "stdout"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task CopyAsync(StreamReader from, char[] buffer)
    {
        int count;
        while ((count = await from.ReadAsync(buffer.AsMemory())) > 0)
        {
            await output.WriteAsync(buffer.AsMemory(0, count));
        }

        await output.FlushAsync();
    }
}
