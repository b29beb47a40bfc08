using Mesos.Common.Collections;

namespace Mesos.Common.Tests.Collections;

[TestFixture]
internal sealed class LinkedDictionaryTests
{
    [Test]
    public void Entries_keep_the_order_in_which_their_keys_came()
    {
        var map = new LinkedDictionary<string, int> { ["b"] = 1, ["a"] = 2, ["c"] = 3 };
        map["b"] = 4;
        Assert.That(map.Remove("a"), Is.True);
        Assert.That(map.TryAdd("a", 5), Is.True);
        Assert.That(map.Keys, Is.EqualTo(new[] { "b", "c", "a" }));
        Assert.That(map.Values, Is.EqualTo(new[] { 4, 3, 5 }));
        Assert.That(map, Is.EqualTo(new KeyValuePair<string, int>[] { new("b", 4), new("c", 3), new("a", 5) }));
    }

    [Test]
    public void A_key_is_there_once()
    {
        var map = new LinkedDictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["a"] = 1 };
        Assert.That(map.TryAdd("A", 2), Is.False);
        Assert.That((map.Count, map["A"], map.ContainsKey("A")), Is.EqualTo((1, 1, true)));
        map["A"] = 3;
        Assert.That(map, Is.EqualTo(new KeyValuePair<string, int>[] { new("a", 3) }), "under the name it came with");
    }

    [Test]
    public void What_is_not_there_is_not_found_and_not_removed()
    {
        var map = new LinkedDictionary<string, int> { ["a"] = 1 };
        Assert.That(map.TryGetValue("b", out int value), Is.False);
        Assert.That(value, Is.Zero);
        Assert.That(map.Remove("b", out _), Is.False);
        Assert.That(() => map["b"], Throws.TypeOf<KeyNotFoundException>());
        Assert.That(map.Remove("a", out value), Is.True);
        Assert.That((value, map.Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public void An_empty_one_can_be_filled_again()
    {
        var map = new LinkedDictionary<string, int> { ["a"] = 1, ["b"] = 2 };
        map.Clear();
        Assert.That(map, Is.Empty);
        map["b"] = 3;
        Assert.That(map.Keys, Is.EqualTo(new[] { "b" }));
    }
}
