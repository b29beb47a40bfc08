using System.Threading.Channels;

namespace Mesos.Tests;

/// <summary>What somebody got, in order. A test takes it out one by one and says what it expects.</summary>
internal sealed class Inbox<T>
{
    // Only ever reached by a test that fails.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<T> items = Channel.CreateUnbounded<T>();

    public void Add(T item) => items.Writer.TryWrite(item);

    public async Task<T> NextAsync(string what)
    {
        try
        {
            return await items.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new AssertionException($"Waited in vain for {what}");
        }
    }

    public bool TryTake(out T? item) => items.Reader.TryRead(out item);
}
