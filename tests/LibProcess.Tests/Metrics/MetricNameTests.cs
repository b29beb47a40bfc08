using LibProcess.Metrics;

namespace LibProcess.Tests.Metrics;

public sealed class MetricNameTests
{
    [Test]
    public void A_path_is_a_name_without_labels()
    {
        MetricName name = "master/uptime_secs";
        Assert.That((name.Path, name.Family, name.Labels.Count), Is.EqualTo(("master/uptime_secs", "master/uptime_secs", 0)));
    }

    [Test]
    public void A_template_gives_the_path_the_family_and_the_labels()
    {
        MetricName name = MetricName.Of("a/{role}/b/{resource}", ("resource", "cpus"), ("role", "web/x"));
        Assert.That(name.Path, Is.EqualTo("a/web/x/b/cpus"));
        Assert.That(name.Family, Is.EqualTo("a/b"));
        Assert.That(name.Labels, Is.EqualTo(new MetricLabel[] { new("role", "web/x"), new("resource", "cpus") }));
        Assert.That(name == MetricName.Of("a/{role}/b/{resource}", ("role", "web/x"), ("resource", "cpus")), Is.True);
        Assert.That(name, Is.Not.EqualTo(MetricName.FromString("a/web/x/b/cpus")));
    }

    [Test]
    public void What_does_not_fit_the_template_is_refused()
    {
        Assert.That(() => MetricName.Of("a/{role}", ("name", "x")), Throws.ArgumentException.With.Message.Contains("'role'"));
        Assert.That(() => MetricName.Of("a", ("role", "x")), Throws.ArgumentException.With.Message.Contains("has 0 labels, but 1"));
        Assert.That(() => MetricName.Of("a/{quantile}", ("quantile", "x")), Throws.ArgumentException.With.Message.Contains("'quantile'"));
        Assert.That(() => MetricName.Of("a/{1}", ("1", "x")), Throws.ArgumentException);
        Assert.That(() => MetricName.FromString(string.Empty), Throws.ArgumentException);
    }
}
