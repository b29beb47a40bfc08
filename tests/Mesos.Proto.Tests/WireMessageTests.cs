using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mesos.Proto.Internal;

namespace Mesos.Proto.Tests;

/// <summary>What messages tell of themselves by generated code agrees with the descriptors.</summary>
public sealed class WireMessageTests
{
    [Test]
    public void Every_message_knows_the_name_its_descriptor_has()
    {
        using var all = Assert.EnterMultipleScope();
        foreach (var type in SampleMessages.Types())
        {
            Assert.That((SampleMessages.Empty(type) as IWireMessage)?.WireName, Is.EqualTo(type.FullName));
        }
    }

    [Test]
    public void A_message_with_every_required_field_is_initialized()
    {
        using var all = Assert.EnterMultipleScope();
        foreach (var type in SampleMessages.Types())
        {
            var message = (IWireMessage)SampleMessages.Complete(type);
            Assert.That(message.IsInitialized(), Is.True, type.FullName);
            Assert.That(message.FindMissingFields().Paths, Is.Empty, type.FullName);
        }
    }

    [Test]
    public void Each_required_field_is_missed_by_its_name()
    {
        using var all = Assert.EnterMultipleScope();
        foreach (var type in SampleMessages.Types())
        {
            foreach (var field in type.Fields.InDeclarationOrder().Where(field => field.IsRequired))
            {
                var message = (IWireMessage)SampleMessages.Complete(type);
                field.Accessor.Clear(message);
                Assert.That(message.IsInitialized(), Is.False, field.FullName);
                Assert.That(message.FindMissingFields().Paths, Is.EqualTo([field.Name]), field.FullName);
            }
        }
    }

    [Test]
    public void Messages_filled_by_chance_are_initialized_exactly_when_the_descriptors_say_so()
    {
        var samples = new SampleMessages(new Random(20_10));
        var incomplete = 0;
        using var all = Assert.EnterMultipleScope();

        // The descriptors' check does not look below a proto3 message, where a proto2 message may stand.
        foreach (var type in SampleMessages.Types().Where(type => type.File.ToProto().Syntax != "proto3"))
        {
            for (var i = 0; i < 20; i++)
            {
                var message = samples.Any(type);
                var expected = MessageExtensions.IsInitialized(message);
                var wire = (IWireMessage)message;
                incomplete += expected ? 0 : 1;
                Assert.That(wire.IsInitialized(), Is.EqualTo(expected), type.FullName);
                Assert.That(wire.FindMissingFields().Paths.Count == 0, Is.EqualTo(expected), type.FullName);
            }
        }

        Assert.That(incomplete, Is.GreaterThan(1_000), "the samples are to reach both answers");
    }

    [Test]
    public void Missing_fields_are_told_in_the_order_and_the_form_of_the_original()
    {
        var message = new RegisterSlaveMessage { Slave = new SlaveInfo { Id = new SlaveID() } };
        message.Slave.Resources.Add(new Resource { Name = "cpus", Type = Value.Types.Type.Scalar });
        message.Slave.Resources.Add(new Resource { Name = "mem", Scalar = new Value.Types.Scalar() });

        Assert.That(
            $"{message.FindMissingFields()}",
            Is.EqualTo("slave.hostname, slave.resources[1].type, slave.resources[1].scalar.value, slave.id.value"));
    }

    [Test]
    public void A_required_enum_with_an_unknown_number_counts_as_missing()
    {
        var status = new Proto.TaskStatus { TaskId = new TaskID { Value = "t" }, State = (TaskState)77 };

        Assert.That(status.IsInitialized(), Is.False);
        Assert.That(status.FindMissingFields().Paths, Is.EqualTo(["state"]));
    }

    [Test]
    public void The_name_of_a_type_is_known_without_an_instance() =>
        Assert.That(WireMessage.NameOf<RegisterSlaveMessage>(), Is.EqualTo("mesos.internal.RegisterSlaveMessage"));

    [Test]
    public void The_messages_shown_are_those_in_the_fields()
    {
        var samples = new SampleMessages(new Random(7));
        using var all = Assert.EnterMultipleScope();
        foreach (var type in SampleMessages.Types())
        {
            var message = samples.Any(type);
            List<IMessage> expected = [];
            foreach (var field in type.Fields.InDeclarationOrder().Where(field => field.FieldType == FieldType.Message))
            {
                var value = field.Accessor.GetValue(message);
                expected.AddRange(value switch
                {
                    System.Collections.IDictionary map => map.Values.OfType<IWireMessage>(),
                    System.Collections.IList list => list.OfType<IWireMessage>(),
                    IWireMessage one => [one],
                    _ => [],
                });
            }

            List<IMessage> shown = [];
            Assert.That(((IWireMessage)message).VisitMessages(Show), Is.True);
            Assert.That(shown, Is.EqualTo(expected).Using<IMessage>(ReferenceEquals), type.FullName);

            bool Show(IWireMessage found)
            {
                shown.Add(found);
                return true;
            }
        }
    }
}
