using LibProcess.Addressing;
using Mesos.Authentication;
using Mesos.Common.Values;
using Mesos.Proto;
using Microsoft.Extensions.Logging;

namespace Mesos.Sched;

/// <summary>Finds acceptance with the leading master: subscribes, repeats with back-off, and hears the answer.</summary>
/// <remarks>Upstream: <c>detected</c>, <c>doReliableRegistration</c>, <c>registered</c>, <c>reregistered</c> in src/sched/sched.cpp.</remarks>
internal sealed partial class Registration(
    SchedulerState state,
    IMasterChannel channel,
    SchedulerCallbacks callbacks,
    Action<string> fail,
    TimeSpan backoffFactor,
    ILogger logger,
    MasterAuthentication? authentication = null)
{
    /// <summary>No wait between two attempts is longer.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private IDisposable? retry;

    /// <summary>Another master leads, the same one after a break, or none.</summary>
    public void MasterChanged(LeadingMaster? master)
    {
        state.Master = master;
        bool wasConnected = state.Connected;
        state.Connected = false;
        if (wasConnected)
        {
            callbacks.Disconnected();
        }

        Cancel();
        if (master is null)
        {
            LogNoMaster();
            return;
        }

        LogMaster(master.Pid);
        channel.Link(master.Pid);
        if (authentication is null)
        {
            Subscribe(backoffFactor);
        }
        else
        {
            authentication.Start(master.Pid, () => Subscribe(backoffFactor));
        }
    }

    public void Registered(UPid from, FrameworkID id, MasterInfo master)
    {
        if (!Accepts(from, "registered"))
        {
            return;
        }

        LogRegistered(id.Value);
        state.Framework.Id = id.Clone();
        Connect();
        callbacks.Registered(id, master);
    }

    public void Reregistered(UPid from, FrameworkID id, MasterInfo master)
    {
        if (!Accepts(from, "reregistered"))
        {
            return;
        }

        if (!id.Equals(state.FrameworkId))
        {
            fail($"The master registered this framework again as '{id.Value}', but its id is '{state.FrameworkId.Value}'");
            return;
        }

        LogReregistered(id.Value);
        Connect();
        callbacks.Reregistered(master);
    }

    /// <summary>Ends the repetition.</summary>
    public void Cancel()
    {
        retry?.Dispose();
        authentication?.Cancel();
    }

    /// <summary>The bound of the wait before the next attempt: grows, but not beyond a minute or a tenth of the failover timeout.</summary>
    public static TimeSpan BoundWait(TimeSpan wait, FrameworkInfo framework)
    {
        wait = wait < LongestWait ? wait : LongestWait;
        if (framework.HasFailoverTimeout
            && Duration.TryFromSeconds(framework.FailoverTimeout, out Duration timeout)
            && timeout > Duration.Zero
            && timeout.ToTimeSpan() / 10 < wait)
        {
            wait = timeout.ToTimeSpan() / 10;
        }

        return wait;
    }

    private void Subscribe(TimeSpan longestWait)
    {
        if (!channel.Running || state.Connected || state.Master is null)
        {
            return;
        }

        channel.SendToMaster(Calls.Subscribe(state));
        longestWait = BoundWait(longestWait, state.Framework);
        TimeSpan wait = channel.Random.NextTimeSpan(longestWait);
        LogSubscribed(state.Master.Pid, wait);
        retry = channel.After(wait, () => Subscribe(longestWait * 2));
    }

    private bool Accepts(UPid from, string what)
    {
        if (!channel.Running || state.Connected)
        {
            return false;
        }

        if (from != state.Master?.Pid)
        {
            channel.CountDropped();
            LogStranger(what, from, state.Master?.Pid ?? UPid.Empty);
            return false;
        }

        return true;
    }

    private void Connect()
    {
        state.Connected = true;
        state.TakesOver = false;
        retry?.Dispose();
        if (state.UpdateOnConnect)
        {
            state.UpdateOnConnect = false;
            channel.SendToMaster(Calls.UpdateFramework(state));
        }
    }

    [LoggerMessage(4010, LogLevel.Information, "New master detected at {Master}")]
    private partial void LogMaster(UPid master);

    [LoggerMessage(4011, LogLevel.Information, "No master detected")]
    private partial void LogNoMaster();

    [LoggerMessage(4012, LogLevel.Debug, "Sent SUBSCRIBE to {Master}; the next attempt, if necessary, follows in {Wait}")]
    private partial void LogSubscribed(UPid master, TimeSpan wait);

    [LoggerMessage(4013, LogLevel.Information, "Framework registered with {Framework}")]
    private partial void LogRegistered(string framework);

    [LoggerMessage(4014, LogLevel.Information, "Framework reregistered with {Framework}")]
    private partial void LogReregistered(string framework);

    [LoggerMessage(4015, LogLevel.Warning, "Ignored a {Kind} message from {From}, which is not the leading master {Master}")]
    private partial void LogStranger(string kind, UPid from, UPid master);
}
