using Mesos.Proto;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesos.Authentication.Tests;

/// <summary>The files behind --credentials and --credential.</summary>
public class CredentialsFileTests
{
    private string file = null!;

    [SetUp]
    public void Create() => file = Path.GetTempFileName();

    [TearDown]
    public void Remove() => File.Delete(file);

    [TestCase("""{"credentials": [{"principal": "a", "secret": "x"}, {"principal": "b", "secret": "y"}]}""")]
    [TestCase("a x\nb y\n")]
    [TestCase("\n a\tx  \r\n\r\nb y")]
    public void Both_forms_are_read(string text)
    {
        Assert.That(TryRead(text, out Credentials? credentials), Is.Null);
        Assert.That(credentials!.Credentials_.Select(one => (one.Principal, one.Secret)), Is.EqualTo(new[] { ("a", "x"), ("b", "y") }));
    }

    [TestCase("""{"principal": "a", "secret": "x"}""")]
    [TestCase("a x\n")]
    public void One_credential_is_read_in_both_forms(string text)
    {
        File.WriteAllText(file, text);
        Assert.That(CredentialsFile.TryReadOne("file://" + file, NullLogger.Instance, out Credential? credential, out _), Is.True);
        Assert.That(credential, Is.EqualTo(new Credential { Principal = "a", Secret = "x" }));
    }

    [TestCase("", "is empty")]
    [TestCase("a topsecret z", "line 1 is not a principal and a secret")]
    [TestCase("a topsecret\nb", "line 2 is not a principal and a secret")]
    [TestCase("""{"credentials": []}""", "holds no credential")]
    [TestCase("""{"credentials": [{"secret": "topsecret"}]}""", "is not valid")]
    [TestCase("{broken", "is not valid")]
    public void What_cannot_be_read_is_told_without_the_secret(string text, string problem) =>
        Assert.That(TryRead(text, out _), Does.Contain(file).And.Contain(problem).And.Not.Contain("topsecret"));

    [Test]
    public void Several_where_one_is_wanted_are_too_many()
    {
        File.WriteAllText(file, "a x\nb y");
        Assert.That(CredentialsFile.TryReadOne(file, NullLogger.Instance, out _, out string? error), Is.False);
        Assert.That(error, Does.EndWith("holds 2 credentials: expecting one"));
    }

    [Test]
    public void A_file_that_is_not_there_is_told() =>
        Assert.That(CredentialsFile.TryRead("/nowhere/file", NullLogger.Instance, out _, out string? error) ? null : error, Does.StartWith("Cannot read the credentials file '/nowhere/file'"));

    [Test]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    [Platform(Exclude = "Win")]
    public void A_file_that_others_may_read_is_a_warning()
    {
        var log = new Lines();
        File.WriteAllText(file, "a x");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        CredentialsFile.TryRead(file, log, out _, out _);
        Assert.That(log, Is.Empty);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        CredentialsFile.TryRead(file, log, out _, out _);
        Assert.That(log, Has.One.Contains(file));
    }

    private string? TryRead(string text, out Credentials? credentials)
    {
        File.WriteAllText(file, text);
        return CredentialsFile.TryRead(file, NullLogger.Instance, out credentials, out string? error) ? null : error;
    }

    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }
}
