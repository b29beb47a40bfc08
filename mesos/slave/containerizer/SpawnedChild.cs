using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Mesos.Common.Posix;
using Mesos.Slave.Posix;

namespace Mesos.Slave.Containerizer;

/// <summary>A child as POSIX has it.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class SpawnedChild : IChild, IMarkedChild
{
    private readonly ReapedChild reaped;
    private readonly Stream? input;

    private SpawnedChild(ReapedChild reaped, SandboxMark? mark, Stream? input)
    {
        (this.reaped, Mark, this.input) = (reaped, mark, input);
        Exited = WaitAsync();
    }

    public SandboxMark? Mark { get; }

    public int Pid => reaped.Pid;

    public long? StartTicks => reaped.StartTicks;

    public Task<int?> Exited { get; }

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">There is no such program, or it cannot be started.</exception>
    public static SpawnedChild Start(ChildReaper reaper, ChildStart start, SandboxMark? mark)
    {
        if (start.Environment.Keys.FirstOrDefault(static name => name.Length == 0 || name.Contains('=', StringComparison.Ordinal)) is { } misnamed)
        {
            throw new IOException($"Cannot start '{start.Program}': '{misnamed}' is no name of a variable");
        }

        string program = Find(start.Program);
        string[] arguments = [start.Program, .. start.Arguments];
        string[] environment = [.. start.Environment.Select(static variable => $"{variable.Key}={variable.Value}")];
        if (arguments.Concat(environment).Any(static text => text.Contains('\0', StringComparison.Ordinal)))
        {
            throw new IOException($"Cannot start '{start.Program}': an argument or variable holds a NUL character");
        }

        // Its other end is closed by the end of this process, however that comes about, and then the child does not go on.
        AnonymousPipeServerStream? input = start.Waits ? new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None) : null;
        try
        {
            ReapedChild reaped = reaper.Start(() =>
                ProgramStart.Spawn(program, arguments, environment, out int pid, start.Directory, input?.ClientSafePipeHandle) is var error and not 0
                    ? throw new IOException($"Cannot start '{start.Program}' in '{start.Directory}': {Marshal.GetPInvokeErrorMessage(error)}")
                    : pid);
            input?.DisposeLocalCopyOfClientHandle();
            return new SpawnedChild(reaped, mark, input);
        }
        catch
        {
            input?.Dispose();
            throw;
        }
    }

    public void Release()
    {
        try
        {
            input?.WriteByte((byte)'\n');
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            // It has ended.
        }

        input?.Dispose();
    }

    /// <summary>A name without a directory is that of a program beside this one, or here, or on the path.</summary>
    private static string Find(string program) => Path.IsPathRooted(program)
        ? program
        : new[] { Path.GetDirectoryName(Environment.ProcessPath), Environment.CurrentDirectory }
            .Concat(Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [])
            .Where(static directory => !string.IsNullOrEmpty(directory))
            .Select(directory => Path.GetFullPath(Path.Combine(directory!, program)))
            .FirstOrDefault(File.Exists) ?? program;

    private async Task<int?> WaitAsync()
    {
        int? status = await reaped.Exited.ConfigureAwait(false);
        input?.Dispose();
        return status;
    }
}
