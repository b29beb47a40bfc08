using LibProcess.Suite.Measuring;

namespace LibProcess.Suite.Tests;

/// <summary>Medians and their intervals.</summary>
[TestFixture]
internal sealed class StatisticsTests
{
    [Test]
    public void The_median_of_an_even_number_of_values_lies_between_the_middle_two() =>
        Assert.That(Statistics.Median([4, 1, 3, 2]), Is.EqualTo(2.5));

    [Test]
    public void The_interval_of_equal_values_is_that_value() =>
        Assert.That(Statistics.Bootstrap([3, 3, 3]), Is.EqualTo(new Interval(3, 3, 3)));

    [Test]
    public void The_interval_holds_the_median_and_stays_within_the_values()
    {
        Interval interval = Statistics.Bootstrap([1, 2, 3, 4, 5, 6, 7]);
        Assert.That(interval.Median, Is.EqualTo(4));
        Assert.That(interval.Low, Is.InRange(1, 4));
        Assert.That(interval.High, Is.InRange(4, 7));
    }
}
