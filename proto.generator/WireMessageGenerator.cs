using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Mesos.Proto.Generator;

/// <summary>
/// Adds to every message that protoc generates its name on the wire and a check of its required fields, as plain code.
/// The reflection of the protobuf runtime answers the same questions, at the price of building the descriptors of every
/// file (tens of milliseconds and about ten megabytes at the start of a process) and of a slow check.
/// </summary>
[Generator]
public sealed class WireMessageGenerator : IIncrementalGenerator
{
    private static readonly DiagnosticDescriptor Unreadable = new(
        "MPROTO01", "A .proto file is not understood", "{0}: {1}", "Mesos.Proto", DiagnosticSeverity.Error, isEnabledByDefault: true);

    /// <inheritdoc />
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context.AdditionalTextsProvider
            .Where(static text => text.Path.EndsWith(".proto", StringComparison.Ordinal))
            .Select(static (text, stop) => (text.Path, Text: text.GetText(stop)?.ToString() ?? ""))
            .Collect();
        context.RegisterSourceOutput(files, static (output, found) => Generate(output, found));
    }

    private static void Generate(SourceProductionContext output, ImmutableArray<(string Path, string Text)> found)
    {
        var parsed = ImmutableArray.CreateBuilder<(string Path, ProtoFile File)>(found.Length);
        foreach (var (path, text) in found)
        {
            try
            {
                parsed.Add((path, ProtoParser.Parse(text)));
            }
            catch (FormatException fault)
            {
                output.ReportDiagnostic(Diagnostic.Create(Unreadable, Location.None, path, fault.Message));
                return;
            }
        }

        _ = new ProtoSchema([.. parsed.Select(file => file.File)]);
        foreach (var (path, file) in parsed)
        {
            var name = $"{file.CSharpNamespace}.{Path.GetFileNameWithoutExtension(path)}.wire.g.cs";
            output.AddSource(name, SourceText.From(WireMessageWriter.Write(file), Encoding.UTF8));
        }
    }
}
