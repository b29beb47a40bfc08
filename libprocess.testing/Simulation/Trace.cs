using System.Globalization;
using System.Text;
using LibProcess.Events;

namespace LibProcess.Testing.Simulation;

/// <summary>What happened, as a hash of everything and the text of the last things.</summary>
internal sealed class Trace(int capacity)
{
    private readonly Entry[] entries = new Entry[Math.Max(1, capacity)];
    private readonly Dictionary<string, ulong> names = new(StringComparer.Ordinal);
    private long count;
    private TraceHash hash;

    public ulong Hash => hash.Value;

    public long Count => count;

    /// <summary>An event of a process.</summary>
    public void Add(long step, long time, string node, in EventView item)
    {
        hash.Add((ulong)step);
        hash.Add((ulong)time);
        hash.Add(HashOf(node));
        hash.Add(HashOf(item.To.Id) + (ulong)item.Kind);
        hash.Add(HashOf(item.Name));
        hash.Add(HashOf(item.From.Id) ^ (((ulong)item.From.Address.Ip << 16) | item.From.Address.Port));
        if (item.Bytes.Length > 0)
        {
            hash.Add(TraceHash.Of(item.Bytes.Span));
        }

        Keep(new Entry(step, time, node, item.To.Id, Name(item.Kind), item.Name, item.From.IsEmpty ? null : item.From, 0));
    }

    /// <summary>Anything else: of the network, of a node, a fault.</summary>
    public void Add(long step, long time, string node, string kind, string detail, object? peer = null, ulong number = 0)
    {
        hash.Add((ulong)step);
        hash.Add((ulong)time);
        hash.Add(HashOf(node));
        hash.Add(HashOf(kind));
        hash.Add(HashOf(detail) + number);
        Keep(new Entry(step, time, node, string.Empty, kind, detail, peer, number));
    }

    /// <summary>Text that is not a part of the hash.</summary>
    public void AddText(long step, long time, string node, string text) => Keep(new Entry(step, time, node, string.Empty, "log", text, null, 0));

    /// <summary>Into the hash only.</summary>
    public void AddBytes(ReadOnlySpan<byte> bytes) => hash.Add(TraceHash.Of(bytes));

    /// <summary>The last entries, oldest first, one a line.</summary>
    public string Last(int lines)
    {
        var text = new StringBuilder();
        for (long i = Math.Max(0, count - Math.Min(lines, entries.Length)); i < count; i++)
        {
            entries[i % entries.Length].AppendTo(text);
            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Name(EventKind kind) => kind switch
    {
        EventKind.Message => "message",
        EventKind.Dispatch => "dispatch",
        EventKind.Continuation => "continuation",
        EventKind.Http => "http",
        EventKind.Exited => "exited",
        EventKind.Terminate => "terminate",
        _ => "look",
    };

    private void Keep(in Entry entry) => entries[count++ % entries.Length] = entry;

    private ulong HashOf(string text)
    {
        if (!names.TryGetValue(text, out ulong found))
        {
            found = TraceHash.Of(text);
            if (names.Count < 4096)
            {
                names[text] = found;
            }
        }

        return found;
    }

    private readonly record struct Entry(
        long Step, long Time, string Node, string Process, string Kind, string Name, object? Peer, ulong Number)
    {
        public void AppendTo(StringBuilder text)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Step,8} {Time / (double)TimeSpan.TicksPerSecond,12:F7} {Node,-8} {Kind,-12} ");
            if (Process.Length > 0)
            {
                text.Append(Process).Append(' ');
            }

            text.Append(Name);
            if (Number != 0)
            {
                text.Append(CultureInfo.InvariantCulture, $" {Number}");
            }

            if (Peer is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $" <- {Peer}");
            }
        }
    }
}
