using System;
using System.Globalization;

namespace Mesos.Proto.Generator;

/// <summary>
/// Reads the part of the .proto language that the files of Mesos.Proto use. protoc reads the same files and is the judge
/// of what is valid; anything unknown here (groups, extensions, services) is an error rather than a guess.
/// </summary>
internal sealed class ProtoParser
{
    private readonly ProtoTokens _tokens;
    private readonly ProtoFile _file = new();

    private ProtoParser(string text) => _tokens = new ProtoTokens(text);

    public static ProtoFile Parse(string text)
    {
        var parser = new ProtoParser(text);
        parser.ParseFile();
        return parser._file;
    }

    private void ParseFile()
    {
        while (!_tokens.AtEnd)
        {
            switch (_tokens.Take())
            {
                case "syntax":
                case "import":
                    _tokens.SkipPast(";");
                    break;
                case "package":
                    _file.Package = _tokens.Take();
                    _tokens.Expect(";");
                    break;
                case "option":
                    ParseFileOption();
                    break;
                case "message":
                    _file.Messages.Add(ParseMessage(_file.Package));
                    break;
                case "enum":
                    _file.Enums.Add(ParseEnum(_file.Package));
                    break;
                case ";":
                    break;
                case var other:
                    throw new FormatException($"'{other}' is not understood at the top of a file");
            }
        }
    }

    private void ParseFileOption()
    {
        if (_tokens.TryTake("csharp_namespace"))
        {
            _tokens.Expect("=");
            _file.CSharpNamespace = _tokens.Take().Trim('"');
        }

        _tokens.SkipPast(";");
    }

    private ProtoMessage ParseMessage(string scope)
    {
        var name = _tokens.Take();
        var message = new ProtoMessage(name, $"{scope}.{name}");
        _tokens.Expect("{");
        while (!_tokens.TryTake("}"))
        {
            switch (_tokens.Peek)
            {
                case "message":
                    _tokens.Take();
                    message.Messages.Add(ParseMessage(message.FullName));
                    break;
                case "enum":
                    _tokens.Take();
                    message.Enums.Add(ParseEnum(message.FullName));
                    break;
                case "oneof":
                    _tokens.SkipPast("{");
                    while (!_tokens.TryTake("}"))
                    {
                        message.Fields.Add(ParseField());
                    }

                    break;
                case "option":
                case "reserved":
                    _tokens.SkipPast(";");
                    break;
                case ";":
                    _tokens.Take();
                    break;
                case "extensions":
                case "extend":
                case "group":
                    throw new FormatException($"'{_tokens.Peek}' in {message.FullName} is not supported");
                default:
                    message.Fields.Add(ParseField());
                    break;
            }
        }

        return message;
    }

    private ProtoField ParseField()
    {
        var shape = FieldShape.Optional;
        var type = _tokens.Take();
        switch (type)
        {
            case "required":
                shape = FieldShape.Required;
                type = _tokens.Take();
                break;
            case "repeated":
                shape = FieldShape.Repeated;
                type = _tokens.Take();
                break;
            case "optional":
                type = _tokens.Take();
                break;
            case "map":
                shape = FieldShape.Map;
                _tokens.SkipPast(",");
                type = _tokens.Take();
                _tokens.Expect(">");
                break;
        }

        var name = _tokens.Take();
        _tokens.Expect("=");
        var number = Number(_tokens.Take());
        _tokens.SkipPast(";");
        return new ProtoField(name, number, shape, type);
    }

    private ProtoEnum ParseEnum(string scope)
    {
        var parsed = new ProtoEnum($"{scope}.{_tokens.Take()}");
        _tokens.Expect("{");
        while (!_tokens.TryTake("}"))
        {
            if (_tokens.Peek is "option" or "reserved")
            {
                _tokens.SkipPast(";");
            }
            else if (!_tokens.TryTake(";"))
            {
                _tokens.Take();
                _tokens.Expect("=");
                parsed.Numbers.Add(Number(_tokens.Take()));
                _tokens.SkipPast(";");
            }
        }

        return parsed;
    }

    private static int Number(string token) => int.Parse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
