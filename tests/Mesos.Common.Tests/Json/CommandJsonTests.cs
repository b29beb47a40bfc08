using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Mesos.Common.Json;
using Mesos.Proto;
using Variable = Mesos.Proto.Environment.Types.Variable;

namespace Mesos.Common.Tests.Json;

[TestFixture]
internal sealed class CommandJsonTests
{
    [Test]
    public void A_command_is_shown_as_by_the_original()
    {
        var command = new CommandInfo { Shell = false, Value = "/bin/echo", User = "root", Arguments = { "echo", "a" } };
        command.Uris.Add(new CommandInfo.Types.URI { Value = "http://h/f", Cache = true });
        command.Environment = new Proto.Environment { Variables = { new Variable { Name = "A", Value = "b" } } };
        Assert.That(
            Shown(command),
            Is.EqualTo(
                """{"shell":false,"value":"/bin/echo","argv":["echo","a"],"environment":{"variables":[{"name":"A","type":"VALUE","value":"b"}]},"uris":[{"value":"http://h/f","executable":false}]}"""));
    }

    [Test]
    public void Secrets_are_shown_by_their_names_only()
    {
        var secret = new Secret { Type = Secret.Types.Type.Value, Value = new Secret.Types.Value { Data = ByteString.CopyFromUtf8("hunter2") } };
        var command = new CommandInfo { Value = "true" };
        command.Environment = new Proto.Environment
        {
            Variables = { new Variable { Name = "A", Value = "b" }, new Variable { Name = "S", Type = Variable.Types.Type.Secret, Secret = secret } },
        };
        string shown = Shown(command);
        Assert.Multiple(() =>
        {
            Assert.That(shown, Does.Contain("""{"name":"S","type":"SECRET"}""").And.Contain("""{"name":"A","type":"VALUE","value":"b"}"""));
            Assert.That(shown, Does.Not.Contain(Convert.ToBase64String(Encoding.UTF8.GetBytes("hunter2"))));
            Assert.That(command.Environment.Variables[1].Secret, Is.Not.Null, "the command itself keeps it");
        });
    }

    private static string Shown(CommandInfo command)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            CommandJson.Write(writer, command);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
