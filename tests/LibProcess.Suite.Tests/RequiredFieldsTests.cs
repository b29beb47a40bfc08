using Google.Protobuf;
using LibProcess.Processes;
using LibProcess.Suite.Workloads;

namespace LibProcess.Suite.Tests;

/// <summary>What a node lets through that knows messages by their descriptors only.</summary>
[TestFixture]
internal sealed class RequiredFieldsTests
{
    [Test]
    public void A_message_is_complete_when_all_below_it_are()
    {
        Expect(Trees.Strict(30), complete: true);
        Expect(Trees.Loose(30), complete: true);
    }

    [Test]
    public void A_field_missing_at_the_top_is_found() => Expect(new StrictTree { First = 1 }, complete: false);

    [Test]
    public void A_field_missing_far_below_is_found()
    {
        StrictTree tree = Trees.Strict(30);
        tree.Children[0].Children[0].Children[0].ClearSecond();
        Expect(tree, complete: false);
    }

    private static void Expect(IMessage message, bool complete) =>
        Assert.That(new ProcessManagerOptions().Messages.IsComplete(message), Is.EqualTo(complete));
}
