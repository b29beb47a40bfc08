using System.Collections.Generic;

namespace Mesos.Proto.Generator;

/// <summary>One .proto file: only what the generated members need to know of it.</summary>
internal sealed class ProtoFile
{
    public string Package { get; set; } = "";

    public string CSharpNamespace { get; set; } = "";

    public List<ProtoMessage> Messages { get; } = [];

    public List<ProtoEnum> Enums { get; } = [];
}

internal sealed class ProtoMessage(string name, string fullName)
{
    public string Name { get; } = name;

    public string FullName { get; } = fullName;

    /// <summary>In the order of declaration.</summary>
    public List<ProtoField> Fields { get; } = [];

    public List<ProtoMessage> Messages { get; } = [];

    public List<ProtoEnum> Enums { get; } = [];

    /// <summary>Whether this message or one below it can miss a required field. Set once all files are linked.</summary>
    public bool NeedsCheck { get; set; }
}

internal sealed class ProtoEnum(string fullName)
{
    public string FullName { get; } = fullName;

    public SortedSet<int> Numbers { get; } = [];
}

internal enum FieldShape
{
    Optional,
    Required,
    Repeated,
    Map,
}

internal sealed class ProtoField(string name, int number, FieldShape shape, string type)
{
    public string Name { get; } = name;

    public int Number { get; } = number;

    public FieldShape Shape { get; } = shape;

    /// <summary>The type as it is written; of a map, that of its values.</summary>
    public string Type { get; } = type;

    /// <summary>Set when the type is a message of these files.</summary>
    public ProtoMessage? Message { get; set; }

    /// <summary>Set when the type is an enum of these files.</summary>
    public ProtoEnum? Enum { get; set; }
}
