using LibProcess.Time;

namespace LibProcess.Tests.Time;

public sealed class DurationTextTests
{
    [TestCase("0ns", 0)]
    [TestCase("500ms", 0.5)]
    [TestCase("15secs", 15)]
    [TestCase(".5mins", 30)]
    [TestCase("1.5hrs", 5400)]
    [TestCase("2days", 172800)]
    public void Numbers_with_a_unit_are_read(string text, double seconds)
    {
        Assert.That(DurationText.TryParse(text, out TimeSpan duration, out string? error), Is.True, error);
        Assert.That(duration, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [TestCase("abc", "Failed to convert '' to number")]
    [TestCase("1.2.3secs", "Failed to convert '1.2.3' to number")]
    [TestCase("-1secs", "Failed to convert '' to number")]
    [TestCase("10", "Invalid duration '10'")]
    [TestCase("", "Invalid duration ''")]
    [TestCase("1 secs", "Unknown duration unit ' secs'; supported units are 'ns', 'us', 'ms', 'secs', 'mins', 'hrs', 'days', and 'weeks'")]
    [TestCase("20000weeks", "Argument out of the range that a Duration can represent due to int64_t's size limit")]
    public void What_cannot_be_read_is_answered_in_the_words_of_the_original(string text, string expected)
    {
        Assert.That(DurationText.TryParse(text, out TimeSpan duration, out string? error), Is.False);
        Assert.That(error, Is.EqualTo(expected));
        Assert.That(duration, Is.EqualTo(TimeSpan.Zero));
    }

    [TestCase(0, "0ns")]
    [TestCase(1.5, "1500ms")]
    [TestCase(5, "5secs")]
    [TestCase(900, "15mins")]
    [TestCase(864000, "10days")]
    [TestCase(-60, "-1mins")]
    [TestCase(604801, "1.00000165343915weeks")]
    public void Lengths_are_printed_in_their_unit_or_in_the_next_finer_one_that_is_whole(double seconds, string text)
    {
        Assert.That(DurationText.Format(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));
    }

    [Test]
    public void The_extremes_are_printed_too()
    {
        Assert.That(DurationText.FormatNanoseconds(long.MinValue), Does.StartWith("-15250.28"));
        Assert.That(DurationText.Format(TimeSpan.MaxValue), Does.StartWith("15250.28"));
    }
}
