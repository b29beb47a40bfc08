using System.Diagnostics;
using System.Text;

namespace LibProcess.Tests.Net.Tls;

/// <summary>A program of the machine that a test talks to; tests are ignored where it is not installed.</summary>
internal sealed class ChildProgram : IDisposable
{
    private readonly Process process;
    private readonly Task reading;
    private readonly StringBuilder output = new();
    private readonly Lock gate = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProgram(Process process)
    {
        this.process = process;
        reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public static ChildProgram Start(string name, params string[] arguments)
    {
        bool isThere = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
            .Any(directory => File.Exists(Path.Combine(directory, name)));
        if (!isThere)
        {
            Assert.Ignore($"{name} is not installed");
        }

        var start = new ProcessStartInfo(name, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new ChildProgram(Process.Start(start)!);
    }

    public async Task SayAsync(string text)
    {
        await process.StandardInput.WriteAsync(text);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until the program has said something, on either output.</summary>
    /// <returns>All it has said so far.</returns>
    public async Task<string> HearAsync(string text)
    {
        using var patience = new CancellationTokenSource(RawClient.Patience);
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (output.ToString() is { } heard && heard.Contains(text, StringComparison.Ordinal))
                {
                    return heard;
                }

                next = changed.Task;
            }

            try
            {
                await next.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"'{text}' was not said, but: {output}");
            }
        }
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>All it said.</returns>
    public async Task<string> EndAsync()
    {
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(RawClient.Patience);
        await process.WaitForExitAsync(patience.Token);
        await reading.WaitAsync(patience.Token);
        lock (gate)
        {
            return output.ToString();
        }
    }

    public void Kill() => process.Kill();

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        var buffer = new char[4096];
        while (true)
        {
            int count = await reader.ReadAsync(buffer);
            if (count == 0)
            {
                return;
            }

            lock (gate)
            {
                output.Append(buffer, 0, count);
                changed.TrySetResult();
                changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
