using System.Reflection;
using Google.Protobuf;
using Mesos.Master.Tests.Peers;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Tests;

/// <summary>Anybody may send anything. The fixture fails on any fault of a handler.</summary>
public sealed class HostileInputTests : MasterTest
{
    private static readonly double[] Doubles = [-1, 0, 0.5, double.NaN, double.PositiveInfinity, 1e300];

    private static IEnumerable<MessageParser> Parsers() => typeof(RegisterSlaveMessage).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(RegisterSlaveMessage).Namespace && type.Name.EndsWith("Message", StringComparison.Ordinal))
        .Append(typeof(Call))
        .Append(typeof(SubmitSchedulerRequest))
        .Select(type => type.GetProperty("Parser", BindingFlags.Static | BindingFlags.Public))
        .Where(property => property is not null)
        .Select(property => (MessageParser)property!.GetValue(null)!);

    [Test]
    public async Task Messages_without_and_with_empty_fields_change_nothing()
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync();
        foreach (MessageParser parser in Parsers())
        {
            IMessage empty = parser.ParseFrom(ByteString.Empty);
            agent.SayBytes(empty);
            IMessage filled = parser.ParseFrom(ByteString.Empty);
            Fill(filled, depth: 0);
            agent.SayBytes(filled);
        }

        foreach (Call.Types.Type type in Enum.GetValues<Call.Types.Type>())
        {
            scheduler.Make(type);
        }

        await Node.SettleAsync();
        await Node.AdvanceAsync(TimeSpan.FromSeconds(30));

        // It still serves.
        FakeScheduler other = await SubscribedAsync("scheduler-2");
        Assert.That(other.FrameworkId, Is.Not.Null);
    }

    [Test]
    public async Task Random_messages_from_known_peers_are_survived()
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync();
        var random = LibProcess.Randomness.RandomSource.Seeded(7);
        foreach (MessageParser parser in Parsers())
        {
            for (int i = 0; i < 20; i++)
            {
                IMessage message = parser.ParseFrom(ByteString.Empty);
                Randomize(message, random, [agent.AgentId, scheduler.FrameworkId.Value, "task-1", "", "a/b"], depth: 0);
                (random.Next(2) == 0 ? (FakePeer)agent : scheduler).SayBytes(message);
            }
        }

        await Node.SettleAsync();
        for (int i = 0; i < 10; i++)
        {
            await Node.AdvanceAsync(TimeSpan.FromSeconds(15));
        }
    }

    private static void Fill(IMessage message, int depth)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.FieldType == Google.Protobuf.Reflection.FieldType.Message && !field.IsRepeated && (field.IsRequired || depth < 3))
            {
                IMessage child = field.MessageType.Parser.ParseFrom(ByteString.Empty);
                Fill(child, depth + 1);
                field.Accessor.SetValue(message, child);
            }
            else if (field.IsRequired && !field.IsRepeated)
            {
                field.Accessor.SetValue(message, Default(field));
            }
        }
    }

    private static void Randomize(IMessage message, LibProcess.Randomness.RandomSource random, string[] words, int depth)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.IsMap || (!field.IsRequired && (depth > 4 || random.Next(2) == 0)))
            {
                continue;
            }

            if (field.IsRepeated)
            {
                if (field.FieldType == Google.Protobuf.Reflection.FieldType.Message)
                {
                    IMessage child = field.MessageType.Parser.ParseFrom(ByteString.Empty);
                    Randomize(child, random, words, depth + 1);
                    ((System.Collections.IList)field.Accessor.GetValue(message)).Add(child);
                }

                continue;
            }

            field.Accessor.SetValue(message, RandomValue(field, random, words, depth));
        }
    }

    private static object RandomValue(
        Google.Protobuf.Reflection.FieldDescriptor field,
        LibProcess.Randomness.RandomSource random,
        string[] words,
        int depth)
    {
        switch (field.FieldType)
        {
            case Google.Protobuf.Reflection.FieldType.Message:
                IMessage child = field.MessageType.Parser.ParseFrom(ByteString.Empty);
                Randomize(child, random, words, depth + 1);
                return child;
            case Google.Protobuf.Reflection.FieldType.String:
                return words[random.Next(words.Length)];
            case Google.Protobuf.Reflection.FieldType.Enum:
                return field.EnumType.Values[random.Next(field.EnumType.Values.Count)].Number;
            case Google.Protobuf.Reflection.FieldType.Double:
                return Doubles[random.Next(Doubles.Length)];
            case Google.Protobuf.Reflection.FieldType.Bool:
                return random.Next(2) == 0;
            default:
                return Default(field);
        }
    }

    private static object Default(Google.Protobuf.Reflection.FieldDescriptor field) => field.FieldType switch
    {
        Google.Protobuf.Reflection.FieldType.String => string.Empty,
        Google.Protobuf.Reflection.FieldType.Bytes => ByteString.Empty,
        Google.Protobuf.Reflection.FieldType.Bool => false,
        Google.Protobuf.Reflection.FieldType.Double => 0.0,
        Google.Protobuf.Reflection.FieldType.Float => 0f,
        Google.Protobuf.Reflection.FieldType.Int64 => 0L,
        Google.Protobuf.Reflection.FieldType.UInt64 => 0UL,
        Google.Protobuf.Reflection.FieldType.UInt32 => 0U,
        Google.Protobuf.Reflection.FieldType.Enum => field.EnumType.Values[0].Number,
        _ => 0,
    };
}
