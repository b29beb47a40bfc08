using LibProcess.Addressing;
using Mesos.Common.Detection;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Registration;

/// <summary>Follows the leading master from one to the next.</summary>
/// <remarks>Upstream: the detector's loop in <c>Slave::detected</c>, src/slave/slave.cpp.</remarks>
internal sealed partial class MasterDetection(SlaveContext context, IMasterDetector detector, MasterRegistration registration)
{
    private readonly ILogger logger = context.Logger;
    private CancellationTokenSource? waiting;

    /// <summary>Forgets the master and looks for it again, though it may be the same.</summary>
    public void Redetect() => waiting?.Cancel();

    /// <summary>Runs until the agent ends.</summary>
    public async Task RunAsync(CancellationToken terminated)
    {
        MasterInfo? last = null;
        while (!terminated.IsCancellationRequested)
        {
            using var current = waiting = CancellationTokenSource.CreateLinkedTokenSource(terminated);
            try
            {
                last = await detector.DetectAsync(last, current.Token);
                Report(last);
            }
            catch (OperationCanceledException) when (current.IsCancellationRequested)
            {
                last = null;
                if (!terminated.IsCancellationRequested)
                {
                    registration.Lost();
                }
            }
            catch (Exception exception)
            {
                context.Actor.End($"Failed to detect a master: {exception.Message}");
                return;
            }
            finally
            {
                waiting = null;
            }
        }
    }

    private void Report(MasterInfo? master)
    {
        if (master is null)
        {
            LogLost();
            registration.Lost();
        }
        else if (UPid.TryParse(master.Pid, out UPid pid) && pid.IsValid)
        {
            registration.Detected(master, pid);
        }
        else
        {
            LogMalformed(master.Pid);
            registration.Lost();
        }
    }

    [LoggerMessage(3031, LogLevel.Warning, "No master leads now")]
    private partial void LogLost();

    [LoggerMessage(3032, LogLevel.Error, "The leading master names itself '{Pid}', which is no address")]
    private partial void LogMalformed(string pid);
}
