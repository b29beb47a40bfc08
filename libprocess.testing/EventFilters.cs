using System.Collections.Immutable;
using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Events;

namespace LibProcess.Testing;

/// <summary>
/// Expects and drops events of the nodes it is given to, at the moment their process is about to handle them. Arm an
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
        where T : class, IMessage<T>, new()
    {
        var rule = new Rule((in EventView item) => Matches(item, from, to) && Read<T>(item) is { } m && (where is null || where(m)), drop: true, once: false, null);
        Add(rule);
        return new Removal(this, rule);
    }

    /// <summary>The next call into a process, by the name of the member that dispatched it.</summary>
    /// <param name="name">Member name, such as <c>nameof(MasterProcess.FooAsync)</c>.</param>
    /// <param name="to">Null accepts any process.</param>
    public Task ExpectDispatch(string name, string? to = null) => TakeDispatch(name, to, drop: false);

    /// <summary>The next call into a process, which will not happen.</summary>
    public Task DropDispatch(string name, string? to = null) => TakeDispatch(name, to, drop: true);

    /// <summary>The next exited event of a process.</summary>
    public Task<UPid> ExpectExited(string? to = null)
    {
        var seen = new TaskCompletionSource<UPid>(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(new Rule((in EventView item) => item.Kind == EventKind.Exited && Matches(item, null, to), drop: false, once: true, (in EventView item) => seen.TrySetResult(item.From)));
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
        var seen = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(new Rule(
            (in EventView item) => Matches(item, from, to) && Read<T>(item) is { } m && (where is null || where(m)),
            drop,
            once: true,
            (in EventView item) => seen.TrySetResult(Read<T>(item)!.Clone())));
        return seen.Task;
    }

    private Task TakeDispatch(string name, string? to, bool drop)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(new Rule(
            (in EventView item) => item.Kind == EventKind.Dispatch && item.Name == name && Matches(item, null, to),
            drop,
            once: true,
            (in EventView _) => seen.TrySetResult()));
        return seen.Task;
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
