using System.Collections.Immutable;
using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Events;
using LibProcess.Futures;
using LibProcess.Processes;

namespace LibProcess.Testing;

/// <summary>
/// Expects, drops and delays events of the nodes it is given to, at the moment their process is about to handle them. Arm an
/// expectation before the step that triggers it, then await it.
/// </summary>
/// <remarks>
/// Upstream: <c>FUTURE_PROTOBUF</c>, <c>DROP_PROTOBUF</c>, <c>FUTURE_DISPATCH</c> and so on in
/// 3rdparty/libprocess/include/process/gmock.hpp. Safe from any thread.
/// </remarks>
public sealed class EventFilters : IEventFilter
{
    private ImmutableList<Rule> rules = [];

    /// <summary>The next message of a type.</summary>
    /// <param name="from">Null accepts any sender; an id or a whole UPID as text is compared with the sender's.</param>
    /// <param name="to">Null accepts any receiver; likewise.</param>
    /// <param name="where">Further conditions, or null.</param>
    public Task<T> ExpectMessage<T>(string? from = null, string? to = null, Func<T, bool>? where = null)
        where T : class, IMessage<T>, new() => Take(from, to, where, drop: false);

    /// <summary>The next message of a type, which its receiver will not see.</summary>
    public Task<T> DropMessage<T>(string? from = null, string? to = null, Func<T, bool>? where = null)
        where T : class, IMessage<T>, new() => Take(from, to, where, drop: true);

    /// <summary>Drops every message of a type until the result is disposed.</summary>
    public IDisposable DropMessages<T>(string? from = null, string? to = null, Func<T, bool>? where = null)
        where T : class, IMessage<T>, new() => AddLasting(new Rule(Messages(from, to, where), drop: true, once: false, null));

    /// <summary>Drops every message of a name until the result is disposed.</summary>
    /// <param name="name">The name of the message.</param>
    /// <param name="from">Null accepts any sender; an id or a whole UPID as text is compared with the sender's.</param>
    /// <param name="to">Null accepts any receiver; likewise.</param>
    /// <param name="where">Further conditions on the bytes, or null; messages that came as objects have none.</param>
    public IDisposable DropMessages(
        string name, string? from = null, string? to = null, Func<ReadOnlyMemory<byte>, bool>? where = null) =>
        AddLasting(new Rule(Messages(name, from, to, where), drop: true, once: false, null));

    /// <summary>
    /// Lets every message of a type wait for a while of the receiver's clock before it is handled, until the result is disposed;
    /// others overtake it, also those of the same sender.
    /// </summary>
    /// <param name="by">How long each waits.</param>
    /// <param name="from">Null accepts any sender; an id or a whole UPID as text is compared with the sender's.</param>
    /// <param name="to">Null accepts any receiver; likewise.</param>
    /// <param name="where">Further conditions, or null.</param>
    public IDisposable DelayMessages<T>(TimeSpan by, string? from = null, string? to = null, Func<T, bool>? where = null)
        where T : class, IMessage<T>, new() =>
        AddLasting(new Rule(Messages(from, to, where), drop: true, once: false, (in EventView item) => HandleLater(item, by)));

    /// <summary>Lets every message of a name wait; see the other overload.</summary>
    public IDisposable DelayMessages(
        TimeSpan by, string name, string? from = null, string? to = null, Func<ReadOnlyMemory<byte>, bool>? where = null) =>
        AddLasting(new Rule(Messages(name, from, to, where), drop: true, once: false, (in EventView item) => HandleLater(item, by)));

    /// <summary>The next message of a name, as bytes.</summary>
    public Task<ReadOnlyMemory<byte>> ExpectMessage(
        string name, string? from = null, string? to = null, Func<ReadOnlyMemory<byte>, bool>? where = null) =>
        Take(name, from, to, where, drop: false);

    /// <summary>The next message of a name, which its receiver will not see.</summary>
    public Task<ReadOnlyMemory<byte>> DropMessage(
        string name, string? from = null, string? to = null, Func<ReadOnlyMemory<byte>, bool>? where = null) =>
        Take(name, from, to, where, drop: true);

    /// <summary>Drops every call into a process by the member that dispatched it, until the result is disposed.</summary>
    public IDisposable DropDispatches(string name, string? to = null) =>
        AddLasting(new Rule(Dispatches(name, to), drop: true, once: false, null));

    /// <summary>The next call into a process, by the name of the member that dispatched it.</summary>
    /// <param name="name">Member name, such as <c>nameof(MasterProcess.FooAsync)</c>.</param>
    /// <param name="to">Null accepts any process.</param>
    public Task ExpectDispatch(string name, string? to = null) => TakeDispatch(name, to, drop: false);

    /// <summary>The next call into a process, which will not happen.</summary>
    public Task DropDispatch(string name, string? to = null) => TakeDispatch(name, to, drop: true);

    /// <summary>The next exited event of a process.</summary>
    public Task<UPid> ExpectExited(string? to = null)
    {
        var seen = new Promise<UPid>();
        Add(new Rule((in EventView item) => item.Kind == EventKind.Exited && Matches(item, null, to), drop: false, once: true, (in EventView item) => seen.TrySet(item.From)));
        return seen.Task;
    }

    bool IEventFilter.Intercept(in EventView item)
    {
        bool drop = false;
        foreach (Rule rule in Volatile.Read(ref rules))
        {
            // A rule for one event goes to whoever takes it out of the list.
            if (rule.Matches(item) && (!rule.Once || TryRemove(rule)))
            {
                rule.Seen?.Invoke(item);
                drop |= rule.Drop;
            }
        }

        return drop;
    }

    private Task<T> Take<T>(string? from, string? to, Func<T, bool>? where, bool drop)
        where T : class, IMessage<T>, new()
    {
        var seen = new Promise<T>();
        Add(new Rule(Messages(from, to, where), drop, once: true, (in EventView item) => seen.TrySet(Read<T>(item)!.Clone())));
        return seen.Task;
    }

    private Task<ReadOnlyMemory<byte>> Take(
        string name, string? from, string? to, Func<ReadOnlyMemory<byte>, bool>? where, bool drop)
    {
        var seen = new Promise<ReadOnlyMemory<byte>>();
        Add(new Rule(Messages(name, from, to, where), drop, once: true, (in EventView item) => seen.TrySet(item.Bytes)));
        return seen.Task;
    }

    private Task<bool> TakeDispatch(string name, string? to, bool drop)
    {
        var seen = new Promise<bool>();
        Add(new Rule(Dispatches(name, to), drop, once: true, (in EventView _) => seen.TrySet(true)));
        return seen.Task;
    }

    private static Condition Messages<T>(string? from, string? to, Func<T, bool>? where)
        where T : class, IMessage<T>, new() =>
        (in EventView item) => Matches(item, from, to) && Read<T>(item) is { } message && (where is null || where(message));

    private static Condition Messages(string name, string? from, string? to, Func<ReadOnlyMemory<byte>, bool>? where) =>
        (in EventView item) =>
            item.Kind == EventKind.Message && item.Name == name && Matches(item, from, to) && (where is null || where(item.Bytes));

    private static Condition Dispatches(string name, string? to) =>
        (in EventView item) => item.Kind == EventKind.Dispatch && item.Name == name && Matches(item, null, to);

    // It comes back as a call, so the rule does not see it again.
    private static void HandleLater(in EventView item, TimeSpan by)
    {
        (ProcessBase process, UPid from, string name) = (item.Process, item.From, item.Name);
        (object? payload, ReadOnlyMemory<byte> bytes) = (item.Payload, item.Bytes);
        ITimer? timer = null;
        timer = process.Manager.Clock.CreateTimer(
            _ =>
            {
                timer?.Dispose();
                process.Dispatch(() => process.Receive(from, name, payload, bytes), $"{name} (delayed)");
            },
            null,
            by,
            Timeout.InfiniteTimeSpan);
    }

    private static T? Read<T>(in EventView item)
        where T : class, IMessage<T>, new()
    {
        if (item.Kind != EventKind.Message)
        {
            return null;
        }

        if (item.Message is { } message)
        {
            return message as T;
        }

        var parsed = new T();
        if (item.Name != parsed.Descriptor.FullName)
        {
            return null;
        }

        parsed.MergeFrom(item.Bytes.Span);
        return parsed;
    }

    private static bool Matches(in EventView item, string? from, string? to) =>
        (from is null || Names(item.From, from)) && (to is null || Names(item.To, to));

    private static bool Names(UPid pid, string text) => text.Contains('@', StringComparison.Ordinal) ? pid.ToString() == text : pid.Id == text;

    private Removal AddLasting(Rule rule)
    {
        Add(rule);
        return new Removal(this, rule);
    }

    private void Add(Rule rule) => ImmutableInterlocked.Update(ref rules, static (list, r) => list.Add(r), rule);

    private bool TryRemove(Rule rule)
    {
        bool removed = false;
        ImmutableInterlocked.Update(ref rules, list =>
        {
            ImmutableList<Rule> rest = list.Remove(rule);
            removed = rest.Count != list.Count;
            return rest;
        });
        return removed;
    }

    private delegate bool Condition(in EventView item);

    private delegate void Observer(in EventView item);

    private sealed class Rule(Condition matches, bool drop, bool once, Observer? seen)
    {
        public Condition Matches => matches;

        public Observer? Seen => seen;

        public bool Drop => drop;

        public bool Once => once;
    }

    private sealed class Removal(EventFilters owner, Rule rule) : IDisposable
    {
        public void Dispose() => owner.TryRemove(rule);
    }
}
