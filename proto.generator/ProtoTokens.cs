using System;
using System.Collections.Generic;

namespace Mesos.Proto.Generator;

/// <summary>The tokens of a .proto file, without comments: words (with their dots), quoted strings with their quotes, and single signs.</summary>
internal sealed class ProtoTokens
{
    private readonly List<string> _tokens;
    private int _next;

    public ProtoTokens(string text) => _tokens = Split(text);

    public bool AtEnd => _next >= _tokens.Count;

    public string Peek => AtEnd ? "" : _tokens[_next];

    public string Take() => AtEnd ? throw new FormatException("the file ends too early") : _tokens[_next++];

    public bool TryTake(string token)
    {
        if (Peek != token)
        {
            return false;
        }

        _next++;
        return true;
    }

    public void Expect(string token)
    {
        var taken = Take();
        if (taken != token)
        {
            throw new FormatException($"'{token}' expected before '{taken}'");
        }
    }

    /// <summary>Passes over everything up to and including the next <paramref name="token"/>.</summary>
    public void SkipPast(string token)
    {
        while (Take() != token)
        {
        }
    }

    private static List<string> Split(string text)
    {
        var tokens = new List<string>();
        var i = 0;
        while (i < text.Length)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c == '/' && i + 1 < text.Length && text[i + 1] == '/')
            {
                i = Until(text, "\n", i);
            }
            else if (c == '/' && i + 1 < text.Length && text[i + 1] == '*')
            {
                i = Until(text, "*/", i + 2);
            }
            else
            {
                var end = c == '"' ? Until(text, "\"", i + 1) : EndOfWord(text, i);
                tokens.Add(text.Substring(i, end - i));
                i = end;
            }
        }

        return tokens;
    }

    private static int Until(string text, string sign, int from)
    {
        var found = text.IndexOf(sign, from, StringComparison.Ordinal);
        return found < 0 ? text.Length : found + sign.Length;
    }

    private static int EndOfWord(string text, int from)
    {
        var end = from;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '.' or '-' or '+'))
        {
            end++;
        }

        return Math.Max(end, from + 1);
    }
}
