using LibProcess.Randomness;

namespace LibProcess.Tests.Randomness;

/// <summary>The machine's generator.</summary>
[TestFixture]
internal sealed class SystemRandomTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(16)]
    [TestCase(5000)]
    public void Every_byte_is_filled_whatever_the_length(int length)
    {
        // A byte that is zero each of thirty times was never written.
        byte[] seen = new byte[length];
        for (int round = 0; round < 30; round++)
        {
            byte[] bytes = new byte[length];
            RandomSource.System.Fill(bytes);
            for (int i = 0; i < length; i++)
            {
                seen[i] |= bytes[i];
            }
        }

        Assert.That(seen, Has.All.Not.Zero);
    }

    [Test]
    public void Ids_do_not_repeat_on_any_thread()
    {
        var ids = new System.Collections.Concurrent.ConcurrentDictionary<Guid, bool>();
        Parallel.For(0, 1000, _ => Assert.That(ids.TryAdd(RandomSource.System.NewUuid(), true)));
    }
}
