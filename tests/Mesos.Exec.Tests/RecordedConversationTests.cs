using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Exec.Tests;

/// <summary>
/// Recorded conversations of the original's driver with its agent: told the same and asked for the same, this driver says the
/// same in the same order, with times, uuids and addresses of its own.
/// </summary>
[TestFixture]
internal sealed class RecordedConversationTests
{
    [TestCase("driver-lifecycle")]
    [TestCase("framework-messages")]
    [TestCase("agent-restart-recovery")]
    public async Task The_driver_says_what_the_original_said(string scenario)
    {
        Message[] messages = [.. Read(scenario)];
        Assert.That(messages, Is.Not.Empty);
        var register = RegisterExecutorMessage.Parser.ParseFrom(messages[0].Body);
        SlaveID agent = ExecutorRegisteredMessage.Parser.ParseFrom(messages[1].Body).SlaveId;
        await using var conversation = new Conversation(
            ("MESOS_FRAMEWORK_ID", register.FrameworkId.Value),
            ("MESOS_EXECUTOR_ID", register.ExecutorId.Value),
            ("MESOS_SLAVE_ID", agent.Value));
        conversation.Driver.Start();
        Dictionary<ByteString, ByteString> uuids = [];
        foreach (Message recorded in messages)
        {
            if (recorded.IsFromExecutor)
            {
                await ExpectAsync(conversation, recorded, uuids);
            }
            else
            {
                await TellAsync(conversation, recorded, uuids);
            }
        }
    }

    private static async Task TellAsync(Conversation conversation, Message recorded, Dictionary<ByteString, ByteString> uuids)
    {
        if (recorded.Name == nameof(StatusUpdateAcknowledgementMessage))
        {
            StatusUpdateAcknowledgementMessage acknowledgement = StatusUpdateAcknowledgementMessage.Parser.ParseFrom(recorded.Body);
            acknowledgement.Uuid = uuids[acknowledgement.Uuid];
            conversation.Agent.Tell(acknowledgement);
            return;
        }

        conversation.AgentNode.Manager.Send(
            conversation.Agent.Self, conversation.Agent.Executor, $"mesos.internal.{recorded.Name}", recorded.Body);
        string? callback = recorded.Name switch
        {
            nameof(ExecutorRegisteredMessage) => nameof(IExecutor.Registered),
            nameof(ExecutorReregisteredMessage) => nameof(IExecutor.Reregistered),
            nameof(RunTaskMessage) => nameof(IExecutor.LaunchTask),
            nameof(FrameworkToExecutorMessage) => nameof(IExecutor.FrameworkMessage),
            nameof(ShutdownExecutorMessage) => nameof(IExecutor.Shutdown),
            nameof(ReconnectExecutorMessage) => null,
            _ => throw new AssertionException($"Nothing is known of {recorded.Name}"),
        };
        if (callback is not null)
        {
            await conversation.Executor.NextAsync(callback);
        }
    }

    private static async Task ExpectAsync(Conversation conversation, Message recorded, Dictionary<ByteString, ByteString> uuids)
    {
        switch (recorded.Name)
        {
            case nameof(RegisterExecutorMessage):
                await ExpectSameAsync<RegisterExecutorMessage>(conversation, recorded);
                break;
            case nameof(ReregisterExecutorMessage):
                await ExpectSameAsync<ReregisterExecutorMessage>(conversation, recorded);
                break;
            case nameof(ExecutorToFrameworkMessage):
                conversation.Driver.SendFrameworkMessage(ExecutorToFrameworkMessage.Parser.ParseFrom(recorded.Body).Data.Memory);
                await ExpectSameAsync<ExecutorToFrameworkMessage>(conversation, recorded);
                break;
            case nameof(StatusUpdateMessage):
                StatusUpdateMessage expected = StatusUpdateMessage.Parser.ParseFrom(recorded.Body);
                TaskStatus status = expected.Update.Status.Clone();
                status.ClearUuid();
                status.ClearTimestamp();
                status.SlaveId = null;
                conversation.Driver.SendStatusUpdate(status);
                StatusUpdateMessage sent = await conversation.Agent.NextAsync<StatusUpdateMessage>();
                Assert.That(sent.Pid, Is.EqualTo(conversation.Agent.Executor.ToString()));
                Assert.That(sent.Update.Status.Uuid, Is.EqualTo(sent.Update.Uuid));
                Assert.That(sent.Update.Status.Timestamp, Is.EqualTo(sent.Update.Timestamp));
                uuids[expected.Update.Uuid] = sent.Update.Uuid;
                sent.Pid = expected.Pid;
                sent.Update.Uuid = sent.Update.Status.Uuid = expected.Update.Uuid;
                sent.Update.Timestamp = sent.Update.Status.Timestamp = expected.Update.Timestamp;
                Assert.That(sent.ToByteArray(), Is.EqualTo(recorded.Body));
                break;
            default:
                throw new AssertionException($"Nothing is known of {recorded.Name}");
        }
    }

    private static async Task ExpectSameAsync<T>(Conversation conversation, Message recorded)
        where T : class, IMessage<T> =>
        Assert.That((await conversation.Agent.NextAsync<T>()).ToByteArray(), Is.EqualTo(recorded.Body), recorded.Name);

    private static IEnumerable<Message> Read(string scenario)
    {
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "captures", $"{scenario}.jsonl")))
        {
            JsonElement item = JsonDocument.Parse(line).RootElement;
            if (item.GetProperty("kind").GetString() != "message")
            {
                continue;
            }

            bool isFrom = item.GetProperty("from").GetString()!.StartsWith("executor(", StringComparison.Ordinal);
            if (isFrom || item.GetProperty("to").GetString()!.StartsWith("executor(", StringComparison.Ordinal))
            {
                yield return new Message(
                    isFrom, item.GetProperty("name").GetString()!.Split('.')[^1], BodyOf(item.GetProperty("raw").GetBytesFromBase64()));
            }
        }
    }

    private static byte[] BodyOf(byte[] raw)
    {
        int head = raw.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        if (head == raw.Length)
        {
            return [];
        }

        int line = raw.AsSpan(head).IndexOf("\r\n"u8);
        int size = Convert.ToInt32(Encoding.ASCII.GetString(raw, head, line), 16);
        return raw[(head + line + 2)..(head + line + 2 + size)];
    }

    private sealed record Message(bool IsFromExecutor, string Name, byte[] Body);
}
