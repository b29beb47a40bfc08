using System.Collections.Generic;
using System.Linq;

namespace Mesos.Proto.Generator;

/// <summary>All files together: type names resolved, and which messages have required fields in them or below them.</summary>
internal sealed class ProtoSchema
{
    private readonly Dictionary<string, ProtoMessage> _messages = [];
    private readonly Dictionary<string, ProtoEnum> _enums = [];

    public ProtoSchema(IReadOnlyList<ProtoFile> files)
    {
        foreach (var file in files)
        {
            file.Enums.ForEach(AddEnum);
            file.Messages.ForEach(AddMessage);
        }

        foreach (var message in _messages.Values)
        {
            Link(message);
        }

        MarkWhatNeedsChecking();
    }

    private void AddEnum(ProtoEnum added) => _enums.Add(added.FullName, added);

    private void AddMessage(ProtoMessage message)
    {
        _messages.Add(message.FullName, message);
        message.Enums.ForEach(AddEnum);
        message.Messages.ForEach(AddMessage);
    }

    /// <summary>A name is looked for in the message that uses it, then in each scope around it. Names of other assemblies stay unresolved.</summary>
    private void Link(ProtoMessage message)
    {
        foreach (var field in message.Fields)
        {
            var scope = field.Type.StartsWith(".", System.StringComparison.Ordinal) ? "" : message.FullName;
            var type = field.Type.TrimStart('.');
            while (true)
            {
                var candidate = scope.Length == 0 ? type : $"{scope}.{type}";
                if (_messages.TryGetValue(candidate, out var found))
                {
                    field.Message = found;
                    break;
                }

                if (_enums.TryGetValue(candidate, out var foundEnum))
                {
                    field.Enum = foundEnum;
                    break;
                }

                if (scope.Length == 0)
                {
                    break;
                }

                scope = scope.Substring(0, System.Math.Max(0, scope.LastIndexOf('.')));
            }
        }
    }

    private void MarkWhatNeedsChecking()
    {
        bool changed;
        do
        {
            changed = false;
            foreach (var message in _messages.Values.Where(message => !message.NeedsCheck))
            {
                if (message.Fields.Any(field => field.Shape == FieldShape.Required || field.Message is { NeedsCheck: true }))
                {
                    message.NeedsCheck = changed = true;
                }
            }
        }
        while (changed);
    }
}
