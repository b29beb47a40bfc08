using System.Reflection;
using Google.Protobuf.Reflection;

namespace Mesos.Proto.Tests;

/// <summary>The descriptors compiled into Mesos.Proto, told in the rows of the wire table.</summary>
internal static class CompiledSchema
{
    private static readonly Dictionary<FieldDescriptorProto.Types.Label, string> Labels = new()
    {
        [FieldDescriptorProto.Types.Label.Optional] = "optional",
        [FieldDescriptorProto.Types.Label.Required] = "required",
        [FieldDescriptorProto.Types.Label.Repeated] = "repeated",
    };

    /// <summary>Every file descriptor of the assembly, found by its generated <c>...Reflection</c> class.</summary>
    public static IReadOnlyList<FileDescriptor> Files() =>
        typeof(MesosReflection).Assembly.GetExportedTypes()
            .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
            .OfType<FileDescriptor>()
            .ToList();

    public static IReadOnlyList<SchemaRow> Read() => Files().SelectMany(file => OfFile(file.ToProto())).ToList();

    private static IEnumerable<SchemaRow> OfFile(FileDescriptorProto file)
    {
        // An empty syntax is how a descriptor says proto2.
        var row = new Rows(file.Name, file.Package, file.Syntax.Length == 0 ? "proto2" : file.Syntax);
        yield return row.Of("file", file.Package, file.Name);
        foreach (var found in file.EnumType.SelectMany(e => OfEnum(e, file.Package, row))
            .Concat(file.MessageType.SelectMany(message => OfMessage(message, file.Package, row))))
        {
            yield return found;
        }
    }

    private static IEnumerable<SchemaRow> OfMessage(DescriptorProto message, string scope, Rows row)
    {
        var name = $"{scope}.{message.Name}";
        yield return row.Of("message", name, message.Name, ("map_entry", Yes(message.Options?.MapEntry)));
        foreach (var field in message.Field)
        {
            yield return row.Of(
                "field",
                name,
                field.Name,
                ("number", $"{field.Number}"),
                ("label", Labels[field.Label]),
                ("type", $"{field.Type}".ToLowerInvariant()),
                ("type_name", field.TypeName.TrimStart('.')),
                ("default", field.DefaultValue),
                ("oneof", field.HasOneofIndex ? message.OneofDecl[field.OneofIndex].Name : ""),
                ("packed", Yes(field.Options?.Packed)),
                ("deprecated", Yes(field.Options?.Deprecated)));
        }

        foreach (var found in message.EnumType.SelectMany(e => OfEnum(e, name, row))
            .Concat(message.NestedType.SelectMany(nested => OfMessage(nested, name, row))))
        {
            yield return found;
        }
    }

    private static IEnumerable<SchemaRow> OfEnum(EnumDescriptorProto type, string scope, Rows row)
    {
        var name = $"{scope}.{type.Name}";
        yield return row.Of("enum", name, type.Name, ("allow_alias", Yes(type.Options?.AllowAlias)));
        foreach (var value in type.Value)
        {
            yield return row.Of(
                "enum-value", name, value.Name, ("number", $"{value.Number}"), ("deprecated", Yes(value.Options?.Deprecated)));
        }
    }

    private static string Yes(bool? flag) => flag == true ? "yes" : "";

    private sealed class Rows(string file, string package, string syntax)
    {
        private static readonly string[] Columns =
            ["number", "label", "type", "type_name", "default", "oneof", "packed", "deprecated", "allow_alias", "map_entry"];

        public SchemaRow Of(string kind, string fullName, string name, params (string Column, string Value)[] facts)
        {
            var all = Columns.ToDictionary(column => column, _ => "");
            all["syntax"] = syntax;
            all["package"] = package;
            foreach (var (column, value) in facts)
            {
                all[column] = value;
            }

            return new SchemaRow { Kind = kind, File = file, FullName = fullName, Name = name, Facts = all };
        }
    }
}
