using LibProcess.Addressing;

namespace LibProcess.Messages;

/// <summary>What a process does with messages by their names. Used by the process alone.</summary>
internal sealed class HandlerTable
{
    private readonly Dictionary<string, MessageHandler> handlers = new(StringComparer.Ordinal);
    private Dictionary<string, UPid>? delegates;

    // Runs of equal messages are the rule; the handler found last is tried first.
    private string? lastName;
    private MessageHandler? lastHandler;

    public void Add(string name, MessageHandler handler)
    {
        if (IsRaw(handler) && handlers.TryGetValue(name, out MessageHandler? typed) && !IsRaw(typed))
        {
            // Upstream looks among the handlers of protobufs first.
            return;
        }

        handlers[name] = handler;
        lastName = null;
    }

    public void Delegate(string name, UPid to) => (delegates ??= new Dictionary<string, UPid>(StringComparer.Ordinal))[name] = to;

    public MessageHandler? Find(string name)
    {
        if (ReferenceEquals(name, lastName))
        {
            return lastHandler;
        }

        if (!handlers.TryGetValue(name, out MessageHandler? handler))
        {
            return null;
        }

        (lastName, lastHandler) = (name, handler);
        return handler;
    }

    private static bool IsRaw(MessageHandler handler) => handler is RawHandler or LookingHandler;

    /// <returns>To whom messages of this name go that have no handler; or null.</returns>
    public UPid? DelegateOf(string name) => delegates?.GetValueOrDefault(name);
}
