using Mesos.Common.Values;

namespace Mesos.Common.Tests.Values;

public sealed class DurationTests
{
    [TestCase("0ns", 0L)]
    [TestCase("1ns", 1L)]
    [TestCase("2us", 2_000L)]
    [TestCase("500ms", 500_000_000L)]
    [TestCase("15secs", 15_000_000_000L)]
    [TestCase("1.5hrs", 5_400_000_000_000L)]
    [TestCase(".5secs", 500_000_000L)]
    [TestCase("2weeks", 1_209_600_000_000_000L)]
    public void Parse_reads_number_and_unit(string text, long nanoseconds)
    {
        Assert.That(Duration.Parse(text), Is.EqualTo(new Duration(nanoseconds)));
    }

    [TestCase("")]
    [TestCase("10")]
    [TestCase("secs")]
    [TestCase("-1secs")]
    [TestCase("1 secs")]
    [TestCase(" 1secs")]
    [TestCase("1secs ")]
    [TestCase("1Secs")]
    [TestCase("1.2.3secs")]
    [TestCase("1e3secs")]
    [TestCase("10000000weeks")]
    public void Parse_refuses_everything_else_and_says_why(string text)
    {
        Assert.That(Duration.TryParse(text, out _, out var error), Is.False);
        Assert.That(error, Does.Contain($"'{text}'"));
    }

    [TestCase(0L, "0ns")]
    [TestCase(999L, "999ns")]
    [TestCase(1_000L, "1us")]
    [TestCase(1_500L, "1500ns")]
    [TestCase(1_500_000L, "1500us")]
    [TestCase(500_000_000L, "500ms")]
    [TestCase(1_500_000_000L, "1500ms")]
    [TestCase(15_000_000_000L, "15secs")]
    [TestCase(60_000_000_000L, "1mins")]
    [TestCase(90_000_000_000L, "90secs")]
    [TestCase(900_000_000_000L, "15mins")]
    [TestCase(3_600_000_000_000L, "1hrs")]
    [TestCase(5_400_000_000_000L, "90mins")]
    [TestCase(864_000_000_000_000L, "10days")]
    [TestCase(604_800_000_000_000L, "1weeks")]
    [TestCase(1_000_000_001L, "1.000000001secs")]
    [TestCase(-15_000_000_000L, "-15secs")]
    public void ToString_uses_the_natural_unit_or_the_next_finer_one_that_is_whole(long nanoseconds, string text)
    {
        Assert.That(new Duration(nanoseconds).ToString(), Is.EqualTo(text));
    }

    [Test]
    public void Fractions_of_a_magnitude_are_printed_when_the_next_finer_unit_is_not_whole_either()
    {
        // One second more than a week: neither whole weeks nor whole days.
        Assert.That(Duration.Parse("604801secs").ToString(), Is.EqualTo("1.00000165343915weeks"));
    }

    [TestCase("1weeks")]
    [TestCase("10days")]
    [TestCase("6hrs")]
    [TestCase("15mins")]
    [TestCase("30secs")]
    [TestCase("1ms")]
    [TestCase("0ns")]
    public void Text_survives_a_round_trip(string text)
    {
        Assert.That(Duration.Parse(text).ToString(), Is.EqualTo(text));
    }

    [Test]
    public void Conversion_to_a_time_span_and_back_keeps_what_a_time_span_can_hold()
    {
        Assert.That(Duration.Parse("1.5secs").ToTimeSpan(), Is.EqualTo(TimeSpan.FromSeconds(1.5)));
        Assert.That(Duration.FromTimeSpan(TimeSpan.FromDays(3)), Is.EqualTo(Duration.Parse("3days")));
        Assert.That(Duration.FromTimeSpan(TimeSpan.MaxValue).Nanoseconds, Is.EqualTo(long.MaxValue));
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    [TestCase(1e30)]
    public void Seconds_of_a_peer_that_do_not_fit_are_refused(double seconds)
    {
        Assert.That(Duration.TryFromSeconds(seconds, out _), Is.False);
    }
}
