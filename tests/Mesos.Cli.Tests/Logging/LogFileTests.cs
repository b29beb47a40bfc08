using LibProcess.Processes;
using Mesos.Cli.Logging;
using Mesos.Common.Flags;
using Microsoft.Extensions.Logging;

namespace Mesos.Cli.Tests.Logging;

[TestFixture]
internal sealed partial class LogFileTests
{
    private readonly MemoryStream stream = new();
    private string directory = null!;

    [SetUp]
    public void SetUp()
    {
        stream.SetLength(0);
        directory = Path.Combine(Directory.CreateTempSubdirectory("log-tests").FullName, "logs");
    }

    [TearDown]
    public void TearDown() => Directory.Delete(Path.GetDirectoryName(directory)!, recursive: true);

    [Test]
    public void Lines_go_to_the_file_of_the_program_and_to_standard_error()
    {
        LogDone(Logger(), "first");
        LogDone(Logger(), "second");
        Assert.That(Lines(), Has.Length.EqualTo(2));
        Assert.That(Lines()[1], Does.EndWith("Done with second"));
        Assert.That(stream.Length, Is.EqualTo(new FileInfo(FilePath).Length));
    }

    [Test]
    public void Only_the_file_is_written_to_where_it_is_to_be_quiet()
    {
        LogDone(Logger(quiet: true), "this");
        Assert.That(stream.Length, Is.Zero);
        Assert.That(Lines(), Has.Length.EqualTo(1));
    }

    [Test]
    public void What_is_there_stays_and_what_is_cut_away_leaves_no_hole()
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(FilePath, "before\n");
        ILogger logger = Logger();
        LogDone(logger, "first");
        Assert.That(Lines()[0], Is.EqualTo("before"));
        using (FileStream cut = new(FilePath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            cut.SetLength(0);
        }

        LogDone(logger, "second");
        Assert.That(File.ReadAllText(FilePath), Does.StartWith("I").And.EndWith($"Done with second{Environment.NewLine}"));
    }

    [Test]
    [Platform("Linux")]
    public void A_full_disk_is_no_reason_to_stop()
    {
        Directory.CreateDirectory(directory);
        File.CreateSymbolicLink(FilePath, "/dev/full");
        Assert.That(() => LogDone(Logger(), "this"), Throws.Nothing);
        Assert.That(stream.Length, Is.Positive);
    }

    [Test]
    public void A_directory_that_cannot_be_is_an_error_that_names_the_flag()
    {
        File.WriteAllText(directory, "");
        Assert.That(() => LogFile.Open(directory, "mesos slave"), Throws.TypeOf<IOException>().With.Message.Contains("--log_dir").And.Message.Contains(directory));
    }

    [TestCase("--quiet", true, false)]
    [TestCase("--logging_level=WARNING", false, true)]
    public void The_flags_lead_to_the_file(string flag, bool informs, bool warns)
    {
        FlagTable table = new("mesos slave");
        LoggingFlags logging = new(table);
        Assert.That(table.TryLoad([flag, "--log_dir=" + directory], [], out var values, out var error), Is.True, error);
        using ILoggerFactory factory = logging.CreateLoggerFactory(values!);
        LogDone(factory.CreateLogger("a"), "this");
        Assert.That(Lines(), Has.Length.EqualTo(informs ? 1 : 0));
        Assert.That(factory.CreateLogger("a").IsEnabled(LogLevel.Warning), Is.EqualTo(informs || warns));
    }

    [Test]
    public void A_level_that_is_no_number_is_refused()
    {
        FlagTable table = new("mesos slave");
        LoggingFlags logging = new(table);
        Assert.That(table.TryLoad([], [], out var values, out _), Is.True);
        Assert.That(
            () => logging.NodeOptions(values!, new Dictionary<string, string> { ["GLOG_v"] = "much" }),
            Throws.TypeOf<ProcessEnvironmentException>().With.Message.Contains("GLOG_v=much"));
    }

    private string FilePath => Path.Combine(directory, "mesos-slave.INFO");

    private string[] Lines() => File.ReadAllLines(FilePath);

    private ILogger Logger(bool quiet = false) =>
        new StderrLoggerFactory(LogLevel.Information, stream, file: LogFile.Open(directory, "mesos slave"), quiet: quiet).CreateLogger("Mesos.Thing");

    [LoggerMessage(7050, LogLevel.Information, "Done with {Thing}")]
    private static partial void LogDone(ILogger logger, string thing);
}
