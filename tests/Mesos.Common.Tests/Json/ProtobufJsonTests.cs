using System.Text.Json;
using Google.Protobuf;
using Mesos.Common.Json;
using Mesos.Proto;

namespace Mesos.Common.Tests.Json;

public sealed class ProtobufJsonTests
{
    [Test]
    public void Fields_keep_their_names_and_declared_order()
    {
        MasterInfo info = new()
        {
            Version = "1.12.0", Id = "m", Ip = 16777343, Port = 5050, Pid = "master@127.0.0.1:5050",
            Address = new Address { Port = 5050, Ip = "127.0.0.1" },
            Capabilities = { new MasterInfo.Types.Capability { Type = MasterInfo.Types.Capability.Types.Type.AgentUpdate } },
        };
        Assert.That(
            ProtobufJsonWriter.ToText(info),
            Is.EqualTo("""{"id":"m","ip":16777343,"port":5050,"pid":"master@127.0.0.1:5050","version":"1.12.0","address":{"ip":"127.0.0.1","port":5050},"capabilities":[{"type":"AGENT_UPDATE"}]}"""));
    }

    [Test]
    public void Unset_fields_are_written_only_with_a_declared_default_that_is_not_deprecated()
    {
        // failover_timeout and checkpoint declare defaults; role does too, but is deprecated.
        Assert.That(
            ProtobufJsonWriter.ToText(new FrameworkInfo { User = "u", Name = "n" }),
            Is.EqualTo("""{"user":"u","name":"n","failover_timeout":0.0,"checkpoint":false}"""));
    }

    [Test]
    public void Bytes_are_base64_and_text_is_kept_readable()
    {
        TaskStatus status = new()
        {
            TaskId = new TaskID { Value = "a/b\"ü\n" }, State = TaskState.TaskRunning, Data = ByteString.CopyFrom(1, 2, 255), Timestamp = 3,
        };
        Assert.That(
            ProtobufJsonWriter.ToText(status),
            Is.EqualTo("""{"task_id":{"value":"a/b\"ü\n"},"state":"TASK_RUNNING","data":"AQL/","timestamp":3.0}"""));
    }

    [Test]
    public void Maps_are_objects_and_wide_numbers_numbers()
    {
        TaskInfo task = new() { Name = "t", MaxCompletionTime = new DurationInfo { Nanoseconds = long.MaxValue } };
        task.Limits["cpus"] = new Value.Types.Scalar { Value = 2 };
        Assert.That(
            ProtobufJsonWriter.ToText(task),
            Is.EqualTo("""{"name":"t","max_completion_time":{"nanoseconds":9223372036854775807},"limits":{"cpus":{"value":2.0}}}"""));
    }

    [Test]
    public void Json_comes_back_as_the_same_message()
    {
        TaskInfo task = new()
        {
            Name = "t", TaskId = new TaskID { Value = "1" }, SlaveId = new SlaveID { Value = "s" }, Data = ByteString.CopyFromUtf8("data"),
            Command = new CommandInfo { Shell = false, Value = "/bin/true" },
        };
        task.Limits["cpus"] = new Value.Types.Scalar { Value = double.PositiveInfinity };
        task.Limits["mem"] = new Value.Types.Scalar { Value = 1.5 };
        task.Command.Arguments.AddRange(["a", "b"]);
        task.Resources.AddRange(Resources.Parse("cpus:1;ports:[1-2];x:{a}"));
        var json = ProtobufJsonWriter.ToText(task).Replace("null", "\"Infinity\"", StringComparison.Ordinal);
        Assert.That(ProtobufJsonReader.TryParse(json, out TaskInfo? back, out var error), Is.True, error);
        Assert.That(back, Is.EqualTo(task));
    }

    [Test]
    public void Reading_is_lenient_where_the_original_is()
    {
        const string Json = """
            {"user":null,"unknown":{"a":[1]},"name":"n","failover_timeout":"2.5","checkpoint":"true",
             "roles":"only","capabilities":[{"type":"MULTI_ROLE"},{"type":"FROM_THE_FUTURE"}]}
            """;
        Assert.That(ProtobufJsonReader.TryParse(Json.Replace("null", "\"u\"", StringComparison.Ordinal), out FrameworkInfo? info, out var error), Is.True, error);
        Assert.Multiple(() =>
        {
            Assert.That(info!.FailoverTimeout, Is.EqualTo(2.5));
            Assert.That(info.Checkpoint, Is.True);
            Assert.That(info.Roles, Is.EqualTo(new[] { "only" }));
            Assert.That(info.Capabilities[0].Type, Is.EqualTo(FrameworkInfo.Types.Capability.Types.Type.MultiRole));
            Assert.That(info.Capabilities[1].HasType, Is.False);
        });
        Assert.That(ProtobufJsonReader.TryParse(Json, out FrameworkInfo? _, out error), Is.False);
        Assert.That(error, Is.EqualTo("required fields are missing: user"));
    }

    [TestCase("[]", "expected a JSON object, but found an array")]
    [TestCase("{", "line 1 is not JSON")]
    [TestCase("""{"name":"\ud800"}""", "half of a surrogate pair")]
    [TestCase("""{"name":1}""", "name: expected a text, but found the number 1")]
    [TestCase("""{"resources":[{"name":"a"},{"scalar":{"value":true}}]}""", "resources[1].scalar.value: expected a number, but found true")]
    [TestCase("""{"task_id":"x"}""", "task_id: expected a JSON object, but found the text 'x'")]
    [TestCase("""{"data":"???"}""", "data: expected base64")]
    [TestCase("""{"resources":[{"type":"NOPE"}]}""", "resources[0].type: 'NOPE' is not a name of Type")]
    [TestCase("""{"resources":[{"ranges":{"range":[{"begin":-1}]}}]}""", "resources[0].ranges.range[0].begin: '-1' does not fit the type UInt64")]
    [TestCase("""{"name":["a"]}""", "name: expected a text, but found an array")]
    [TestCase("""{"limits":{"cpus":{"value":"x"}}}""", "limits.cpus.value: 'x' does not fit the type Double")]
    public void Problems_are_reported_with_their_place(string json, string expected)
    {
        Assert.That(ProtobufJsonReader.TryParse(json, out TaskInfo? _, out var error), Is.False);
        Assert.That(error, Is.EqualTo(expected));
    }

    [Test]
    public void Whole_numbers_may_have_an_empty_fraction()
    {
        Assert.That(ProtobufJsonReader.TryParse("""{"hostname":"a","port":5051.0}""", out SlaveInfo? info, out var error), Is.True, error);
        Assert.That(info!.Port, Is.EqualTo(5051));
        Assert.That(ProtobufJsonReader.TryParse("""{"hostname":"a","port":99999999999}""", out info, out _), Is.False);
    }

    [Test]
    public void Bodies_are_read_from_bytes()
    {
        Assert.That(ProtobufJsonReader.TryParse(JsonSerializer.SerializeToUtf8Bytes("x"), out SlaveInfo? _, out var error), Is.False);
        Assert.That(error, Does.Contain("JSON object"));
    }
}
