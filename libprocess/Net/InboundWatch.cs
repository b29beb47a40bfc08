using System.Collections.Concurrent;
using LibProcess.Metrics;

namespace LibProcess.Net;

/// <summary>Looks at the accepted connections of a node now and then, and closes those that take too long.</summary>
/// <remarks>
/// Connections only write down what they wait for, which costs them next to nothing; clocks are read here. A time is counted from
/// the first look at what is waited for, so it is exceeded by up to one interval.
/// </remarks>
internal sealed class InboundWatch : IDisposable
{
    private readonly HttpTimeouts timeouts;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<InboundConnection, Sight> watched = new();
    private readonly Lock gate = new();
    private readonly Counter firstByte;
    private readonly Counter head;
    private readonly Counter body;
    private readonly Counter idle;
    private readonly Counter answer;
    private readonly ITimer? timer;
    private readonly TimeSpan interval;
    private bool isRunning;

    public InboundWatch(HttpTimeouts timeouts, TimeProvider clock, MetricsRegistry metrics)
    {
        this.timeouts = timeouts;
        this.clock = clock;
        firstByte = metrics.AddCounter("libprocess/connections_timed_out/first_byte");
        head = metrics.AddCounter("libprocess/connections_timed_out/head");
        body = metrics.AddCounter("libprocess/connections_timed_out/body");
        idle = metrics.AddCounter("libprocess/connections_timed_out/idle");
        answer = metrics.AddCounter("libprocess/connections_timed_out/answer");
        TimeSpan?[] all = [timeouts.FirstByte, timeouts.Head, timeouts.BodyStall, timeouts.Idle, timeouts.IdleAfterCall, timeouts.AnswerStall];
        if (all.Min() is { } shortest)
        {
            interval = TimeSpan.FromTicks(Math.Max(shortest.Ticks / 4, TimeSpan.TicksPerMillisecond * 10));
            timer = clock.CreateTimer(static state => ((InboundWatch)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Add(InboundConnection connection)
    {
        if (timer is null)
        {
            return;
        }

        watched.TryAdd(connection, new Sight { Changes = -1 });
        lock (gate)
        {
            if (!isRunning)
            {
                isRunning = true;
                timer.Change(interval, interval);
            }
        }
    }

    public void Remove(InboundConnection connection)
    {
        watched.TryRemove(connection, out _);
        if (watched.IsEmpty && timer is not null)
        {
            lock (gate)
            {
                if (isRunning && watched.IsEmpty)
                {
                    isRunning = false;
                    timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                }
            }
        }
    }

    public void Dispose() => timer?.Dispose();

    private void Look()
    {
        long now = clock.GetTimestamp();
        foreach ((InboundConnection connection, Sight sight) in watched)
        {
            if (connection.Progress.Phase == InboundPhase.Messages)
            {
                Remove(connection);
            }
            else if (Judge(connection, sight, now) is { } reason)
            {
                reason.Increment();
                Remove(connection);
                if (reason == idle)
                {
                    connection.EndIdle();
                }
                else
                {
                    connection.Abort();
                }
            }
        }
    }

    /// <returns>What the connection took too long for, or null.</returns>
    private Counter? Judge(InboundConnection connection, Sight sight, long now)
    {
        long? stalled = connection.AnswerStalled;
        if (stalled != sight.Stalled)
        {
            (sight.Stalled, sight.StalledSince) = (stalled, now);
        }
        else if (stalled is not null && IsOver(timeouts.AnswerStall, sight.StalledSince, now))
        {
            return answer;
        }

        InboundProgress progress = connection.Progress;
        long arrived = progress.Arrived;
        if (progress.Changes != sight.Changes)
        {
            sight.Changes = progress.Changes;
            sight.Since = sight.ArrivedSince = now;
            sight.Arrived = sight.ArrivedFirst = arrived;
            return null;
        }

        switch (progress.Phase)
        {
            case InboundPhase.Silent:
                return IsOver(timeouts.FirstByte, sight.Since, now) ? firstByte : null;
            case InboundPhase.Head:
                return IsOver(timeouts.Head, sight.Since, now) ? head : null;
            case InboundPhase.Body:
                if (arrived != sight.Arrived)
                {
                    (sight.Arrived, sight.ArrivedSince) = (arrived, now);
                }

                return IsOver(timeouts.BodyStall, sight.ArrivedSince, now) || IsTooSlow(sight, arrived, now) ? body : null;
            case InboundPhase.Between when connection.IsAnswered:
                return IsOver(progress.HasCalled ? timeouts.IdleAfterCall : timeouts.Idle, sight.Since, now) ? idle : null;
            default:
                sight.Since = now;
                return null;
        }
    }

    private bool IsTooSlow(Sight sight, long arrived, long now)
    {
        TimeSpan taken = clock.GetElapsedTime(sight.Since, now);
        return timeouts.MinBodyBytesPerSecond > 0
            && taken > (timeouts.BodyStall ?? TimeSpan.Zero)
            && arrived - sight.ArrivedFirst < timeouts.MinBodyBytesPerSecond * taken.TotalSeconds;
    }

    private bool IsOver(TimeSpan? limit, long since, long now) => limit is { } time && clock.GetElapsedTime(since, now) >= time;

    /// <summary>What was seen of a connection when it was last looked at.</summary>
    private sealed class Sight
    {
        public int Changes { get; set; }

        public long Since { get; set; }

        public long Arrived { get; set; }

        public long ArrivedFirst { get; set; }

        public long ArrivedSince { get; set; }

        public long? Stalled { get; set; }

        public long StalledSince { get; set; }
    }
}
