using System.ComponentModel;
using System.Diagnostics;

namespace Mesos.Slave.Containerizer;

/// <summary>A child where there are neither sessions nor signals.</summary>
internal sealed class WindowsChild : IChild
{
    private readonly Process process;

    private WindowsChild(Process process)
    {
        this.process = process;
        Pid = process.Id;
        Exited = WaitAsync();
    }

    public int Pid { get; }

    public long? StartTicks => null;

    public Task<int?> Exited { get; }

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">There is no such program, or it cannot be started.</exception>
    public static WindowsChild Start(ChildStart start)
    {
        try
        {
            return new WindowsChild(Process.Start(Describe(start)) ?? throw new IOException($"Cannot start '{start.Program}'"));
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or ArgumentException)
        {
            // A variable without a name, for one, is refused only here.
            throw new IOException($"Cannot start '{start.Program}': {exception.Message}", exception);
        }
    }

    public void Release()
    {
        try
        {
            process.StandardInput.WriteLine();
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended.
        }
        catch (InvalidOperationException)
        {
            // It has ended, or does not wait.
        }
    }

    public void KillTree()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    private static ProcessStartInfo Describe(ChildStart start)
    {
        var info = new ProcessStartInfo(start.Program) { UseShellExecute = false, WorkingDirectory = start.Directory, RedirectStandardInput = start.Waits };
        info.Environment.Clear();
        foreach ((string name, string value) in start.Environment)
        {
            info.Environment[name] = value;
        }

        foreach (string argument in start.Arguments)
        {
            info.ArgumentList.Add(argument);
        }

        return info;
    }

    private async Task<int?> WaitAsync()
    {
        await process.WaitForExitAsync().ConfigureAwait(false);
        int status = (process.ExitCode & 0xFF) << 8;
        process.Dispose();
        return status;
    }
}
