using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;

namespace Mesos.Slave.Tests;

/// <summary>
/// The agent goes through what a real one went through, and leaves the same in its files: read here by other means than the agent's own.
/// </summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "needs the rights of files and links of POSIX")]
internal sealed partial class CheckpointFormatTests
{
    private const string Scenario = "agent-restart-recovery";
    private const string Scheduler = "scheduler-6f912ee2-78c7-47c0-ac11-bed09fd23242@127.0.0.1:34915";
    private const string ExecutorPid = "executor(1)@127.0.0.1:42181";

    [Test]
    public async Task Every_file_says_what_that_of_a_real_agent_says()
    {
        await using SlaveRig rig = new();
        FakePeer executor = await PlayAsync(rig);
        string unpacked = OriginalWorkDirectory.Unpack();
        Dictionary<string, string> originals = Decode(unpacked, OriginalWorkDirectory.Run);
        Directory.Delete(unpacked, recursive: true);
        Dictionary<string, string> ours = Decode(rig.WorkDirectory, rig.Containers.Launches.Single().Id.Value);
        string address = ours.Keys.Single(static file => file.EndsWith("libprocess.pid", StringComparison.Ordinal));
        Assert.That(ours[address], Is.EqualTo(executor.Self.ToString()));
        ours[address] = ExecutorPid;
        string start = ours.Keys.Single(static file => file.EndsWith("forked.start", StringComparison.Ordinal));
        Assert.That(ours.Remove(start), Is.True, "the one file more, which the original ignores");

        Assert.That(ours.Keys.Order(StringComparer.Ordinal), Is.EqualTo(originals.Keys.Order(StringComparer.Ordinal)));
        Assert.Multiple(() =>
        {
            foreach ((string file, string original) in originals)
            {
                Assert.That(ours[file], Is.EqualTo(original), file);
            }
        });
        Assert.That(originals, Has.Count.EqualTo(10), "boot id, agent, framework and its scheduler, executor and whether it was made up, two process ids, task, updates");
    }

    /// <summary>Lets the agent have what the real one had until its directory was copied.</summary>
    private static async Task<FakePeer> PlayAsync(SlaveRig rig)
    {
        SlaveInfo recorded = Recorded.First<RegisterSlaveMessage>(Scenario, "slave(1)", "master").Slave;
        await rig.KillAsync();
        await rig.StartAsync(change: info =>
        {
            info.Attributes.Clear();
            info.Resources.Clear();
            info.MergeFrom(recorded);
            Common.ResourceFormat.UpgradeAll(info);
        });
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(rig.Options.RegistrationBackoffFactor);
        await rig.FromMasterAsync(Recorded.First<SlaveRegisteredMessage>(Scenario, "master", "slave(1)"));
        RunTaskMessage run = Recorded.First<RunTaskMessage>(Scenario, "master", "slave(1)");
        run.ResourceVersionUuids[0].Uuid = rig.Master.Got<RegisterSlaveMessage>()[0].ResourceVersionUuid;
        Assert.That(run.Pid, Is.EqualTo(Scheduler));
        await rig.FromMasterAsync(run);
        FakePeer executor = rig.Node.Spawn(new FakePeer(rig.Node.Manager, "executor(1)"));
        await rig.SendAsync(executor, Recorded.First<RegisterExecutorMessage>(Scenario, "executor(1)", "slave(1)"));
        StatusUpdateMessage update = Recorded.First<StatusUpdateMessage>(Scenario, "executor(1)", "slave(1)");
        update.Pid = executor.Self.ToString();
        await rig.SendAsync(executor, update);
        await rig.FromMasterAsync(Recorded.First<StatusUpdateAcknowledgementMessage>(Scenario, "master", "slave(1)"));
        return executor;
    }

    /// <summary>What every file of checkpoints says, in words, by its path; what differs from run to run is made the same.</summary>
    private static Dictionary<string, string> Decode(string workDirectory, string run)
    {
        string meta = Path.Combine(workDirectory, "meta");
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.EnumerateFiles(meta, "*", everywhere)
            .Where(file => !OriginalWorkDirectory.IsLeftToOthers(Path.GetRelativePath(workDirectory, file)))
            .ToDictionary(
                file => Path.GetRelativePath(meta, file).Replace(run, "RUN", StringComparison.Ordinal),
                file => Words(file).Replace(run, "RUN", StringComparison.Ordinal));
    }

    private static string Words(string file)
    {
        byte[] content = File.ReadAllBytes(file);
        return Path.GetFileName(file) switch
        {
            "slave.info" => Only(content, SlaveInfo.Parser),
            "framework.info" => Only(content, FrameworkInfo.Parser),
            "executor.info" => Only(content, ExecutorInfo.Parser),
            "task.info" => Only(content, Proto.Task.Parser),
            "task.updates" => string.Join('\n', Bodies(content).Select(Record)),
            "forked.pid" => Number().Replace(Encoding.UTF8.GetString(content), "a number"),
            "boot_id" => Uuid().Replace(Encoding.UTF8.GetString(content), "a uuid"),
            _ => Encoding.UTF8.GetString(content),
        };
    }

    private static string Only<T>(byte[] content, MessageParser<T> parser)
        where T : IMessage<T> => Message(Bodies(content).Single(), parser).ToString()!;

    private static string Record(byte[] body)
    {
        StatusUpdateRecord record = Message(body, StatusUpdateRecord.Parser);
        if (record.Type == StatusUpdateRecord.Types.Type.Ack)
        {
            Assert.That(body, Has.Length.EqualTo(20), "type and uuid, and nothing else");
        }
        else
        {
            record.Update.Status.ContainerStatus.ExecutorPid = 1;
        }

        return record.ToString();
    }

    /// <summary>A message in which nothing is unknown, repeated or out of order.</summary>
    private static T Message<T>(byte[] body, MessageParser<T> parser)
        where T : IMessage<T>
    {
        T message = parser.WithDiscardUnknownFields(true).ParseFrom(body);
        Assert.That(message.ToByteArray(), Is.EqualTo(body));
        return message;
    }

    /// <summary>Each behind its length in four bytes, the least first.</summary>
    private static IEnumerable<byte[]> Bodies(byte[] file)
    {
        for (int at = 0; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));
            yield return file[(at + 4)..(at + 4 + length)];
            at += 4 + length;
        }
    }

    [GeneratedRegex(@"^[1-9][0-9]*\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\z")]
    private static partial Regex Uuid();
}
