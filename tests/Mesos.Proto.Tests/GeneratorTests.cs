using Mesos.Proto.Generator;

namespace Mesos.Proto.Tests;

/// <summary>What the generator of the IWireMessage members reads and writes, and what it refuses.</summary>
public sealed class GeneratorTests
{
    private const string Head = """
        syntax = "proto2"; // a file of the tests
        package a.b;
        import "other.proto";
        option csharp_namespace = "A.B";

        """;

    [Test]
    public void Required_fields_come_first_and_messages_below_by_number()
    {
        var written = Write("""
            message Inner { required string name = 1 [default = "x"]; }
            message Outer {
              /* by number, not by place */
              optional Inner late = 9;
              repeated Inner early = 3;
              map<string, Inner> by_name = 4;
              required Inner must = 5;
              optional string text = 1;
            }
            """);

        var conditions = written[written.IndexOf("\"a.b.Outer\"", StringComparison.Ordinal)..].Split('\n')
            .Where(line => line.Contains(", missing)", StringComparison.Ordinal)).Select(line => line.Trim().Replace("global::Mesos.Proto.", "")).ToList();
        Assert.That(conditions, Is.EqualTo(
        [
            "(Must is not null || MissingFields.Note(\"must\", missing))",
            "&& MissingFields.Check(Early, \"early\", missing)",
            "&& MissingFields.Check(ByName, \"by_name\", missing)",
            "&& MissingFields.Check(Must, \"must\", missing)",
            "&& MissingFields.Check(Late, \"late\", missing);",
        ]));
    }

    [Test]
    public void Messages_in_fields_are_shown_in_the_order_of_declaration()
    {
        var written = Write("message M { optional M b = 9; repeated M a = 1; optional string s = 2; map<string, M> c = 3; } message N { }");
        Assert.That(
            written.Split('\n').Where(line => line.Contains(", visit)", StringComparison.Ordinal)).Select(line => line.Trim().Replace("global::Mesos.Proto.", "")),
            Is.EqualTo(["MessageVisits.Visit(B, visit)", "&& MessageVisits.Visit(A, visit)", "&& MessageVisits.Visit(C, visit);"]));
        Assert.That(written, Does.Contain("visit) =>\n            true;"));
    }

    [Test]
    public void A_required_enum_must_have_one_of_its_numbers() =>
        Assert.That(
            Write("enum E { A = -1; B = 1; C = 2; D = 5; } message M { required E e = 1; }"),
            Does.Contain("HasE && (int)E is (>= -1 and <= -1) or (>= 1 and <= 2) or (>= 5 and <= 5) || "));

    [Test]
    public void A_message_with_nothing_required_below_it_is_always_complete() =>
        Assert.That(Write("message M { optional M m = 1; repeated string s = 2; }"), Does.Contain("missing) =>\n            true;"));

    [TestCase("ip6_addr", "Ip6Addr")]
    [TestCase("sha512sum", "Sha512Sum")]
    [TestCase("imageID", "ImageID")]
    [TestCase("labels", "Labels_")]
    [TestCase("parser", "Parser_")]
    public void Properties_have_the_names_that_protoc_gives_them(string field, string property) =>
        Assert.That(
            Write($"message Labels {{ required string {field} = 1; }}"), Does.Contain($"Has{property} ||"));

    [TestCase("message M { extensions 100 to 200; }")]
    [TestCase("message M { extend N { optional int32 x = 1; } }")]
    [TestCase("message M { optional group G = 1 { } }")]
    [TestCase("message M { optional string s = x; }")]
    [TestCase("message M { optional string s = 1;")]
    [TestCase("service S { }")]
    public void What_is_not_understood_is_refused(string body) =>
        Assert.That(() => Write(body), Throws.TypeOf<FormatException>());

    private static string Write(string body)
    {
        var file = ProtoParser.Parse(Head + body);
        _ = new ProtoSchema([file]);
        return WireMessageWriter.Write(file);
    }
}
