using Google.Protobuf.Reflection;
using Mesos.Common.Protobuf;
using Mesos.Proto;
using FrameworkCapability = Mesos.Proto.FrameworkInfo.Types.Capability.Types.Type;

namespace Mesos.Common.Tests.Protobuf;

public sealed class CapabilityNamesTests
{
    [Test]
    public void Names_are_those_of_the_wire()
    {
        Compare(FrameworkInfo.Types.Capability.Descriptor, number => ((FrameworkCapability)number).WireName());
        Compare(SlaveInfo.Types.Capability.Descriptor, number => ((SlaveInfo.Types.Capability.Types.Type)number).WireName());
        Compare(MasterInfo.Types.Capability.Descriptor, number => ((MasterInfo.Types.Capability.Types.Type)number).WireName());
        Assert.That(((FrameworkCapability)77).WireName(), Is.EqualTo("77"));
    }

    [Test]
    public void Capabilities_come_in_the_order_of_their_numbers()
    {
        var capabilities = FrameworkCapabilities.Of(
            [new() { Type = FrameworkCapability.RegionAware }, new() { Type = FrameworkCapability.MultiRole }, new() { Type = FrameworkCapability.MultiRole }]);
        Assert.That(capabilities.InOrder, Is.EqualTo(new[] { FrameworkCapability.MultiRole, FrameworkCapability.RegionAware }));
        Assert.That(AgentCapabilities.Of(AgentCapabilities.CreateAll().Reverse()).InOrder, Is.EqualTo(AgentCapabilities.All));
    }

    private static void Compare(MessageDescriptor capability, Func<int, string> name)
    {
        foreach (var value in capability.EnumTypes.Single().Values)
        {
            Assert.That(name(value.Number), Is.EqualTo(value.Name));
        }
    }
}
