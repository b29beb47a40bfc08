using System.Buffers;
using System.Text;
using System.Text.Json;
using LibProcess.Addressing;
using LibProcess.Http;
using LibProcess.Http.Client;
using LibProcess.Http.RecordIo;
using LibProcess.Net;
using LibProcess.Time;

namespace LibProcess.Tests.Fuzz;

/// <summary>The readers that are pure functions or nearly so.</summary>
internal static class FuzzTargets
{
    private static readonly WireLimits Limits = new() { MaxBodyBytes = 1 << 20, MaxRequestBodyBytes = 1 << 20 };

    public static FuzzTarget RequestHeads { get; } = new("request heads", Corpus.Requests(), (input, mutator) =>
    {
        RequestHead? head = RequestHeadParser.Parse(input, Limits, out HttpResponse? refusal);
        if (head is null)
        {
            return $"refused {refusal?.Status}";
        }

        Require(refusal is null, "parsed and refused");
        Require(head.Path.Length > 0 && (head.Path[0] == '/' || head.Path == "*"), "a path");
        Require(head.ContentLength >= 0 && (head.Framing == BodyFraming.Length) == (head.ContentLength > 0), "one framing");
        Require(head.Headers.Select(h => h.Key.ToUpperInvariant()).Distinct().Count() == head.Headers.Count, "no header twice");
        return $"{head.Method} {head.Framing} {head.KeepAlive} {head.Sender is not null} {head.Query.Count} {Math.Min(head.Headers.Count, 8)}";
    });

    public static FuzzTarget ResponseHeads { get; } = new("response heads", Corpus.Responses(), (input, mutator) =>
    {
        bool toHead = mutator.Next(2) == 0;
        ReceivedHead? head = ResponseHeadParser.Parse(input, toHead, Limits.MaxHeaders);
        if (head is null)
        {
            return "refused";
        }

        Require(head.Status is >= 100 and <= 999, "a status");
        Require(head.Framing == ResponseFraming.None || !(toHead || head.Status is < 200 or 204 or 304), "no body where there can be none");
        Require(head.Framing != ResponseFraming.UntilClose || !head.KeepAlive, "the end of the connection ends it");
        return $"{head.Status} {head.Framing} {head.KeepAlive} {Math.Min(head.Headers.Count, 8)}";
    });

    /// <summary>Two readers of chunks, written apart, agree; and one of them with itself in other pieces.</summary>
    public static FuzzTarget Chunks { get; } = new(
        "chunks",
        Corpus.Texts("5\r\nhello\r\n0\r\n\r\n", "5;a=b\r\nhello\r\n3\r\nyou\r\n000\r\n\r\nrest", "1\r\na\r\n0\r\nTrailer: x\r\n\r\n", "A\r\n0123456789\r\n0\r\n\r\n", "0\r\n\r\n"),
        (input, mutator) =>
        {
            var whole = new ReadOnlySequence<byte>(input);
            var reader = new BodyReader(Limits.MaxHeadBytes, Limits.MaxChunkExtensionBytes);
            reader.Begin(BodyFraming.Chunked, 0, long.MaxValue / 4);
            BodyResult result = reader.Read(ref whole, out ReadOnlySequence<byte> body);
            string read = Encoding.Latin1.GetString(body);
            reader.Release();

            (BodyStep step, string decoded, long left) = Decode([input.Length], input);
            Require(Decode(mutator.Cuts(input.Length), input) is var again && (step != BodyStep.Complete || again == (step, decoded, left)), "the same in pieces");
            Require(again.Step == BodyStep.Complete == (step == BodyStep.Complete), "complete in pieces too");
            Require(result is BodyResult.Complete or BodyResult.Trailers == (step == BodyStep.Complete), $"two readers: {result} and {step}");
            if (step == BodyStep.Complete)
            {
                Require(read == decoded && whole.Length == left, "two readers, one body");
            }

            return $"{result} {step} {Math.Min(decoded.Length, 20)}";
        });

    public static FuzzTarget Upids { get; } = new(
        "UPIDs",
        Corpus.Texts("master@10.1.2.9:5050", "slave(1)@127.0.0.1:5051", "  a@1.2.3.4:5 trailing", "@0.0.0.0:0", "a@host:1", "scheduler-1@255.255.255.255:65535"),
        (input, mutator) =>
        {
            string text = Encoding.Latin1.GetString(input);
            if (!UPid.TryParse(text, new Names(), out UPid pid))
            {
                Require(pid == UPid.Empty, "nobody");
                return "refused";
            }

            Require(UPid.Parse(pid.ToString()) == pid, "the way through text");
            return $"{pid.Host is null} {pid.IsValid} {pid.IsEmpty} {Math.Min(pid.Id.Length, 4)}";
        });

    public static FuzzTarget Escapes { get; } = new(
        "percent escapes and queries",
        Corpus.Texts("a=b&c=d;e", "a+b%20c=%41%42", "%", "%zz", "&&==&;", "jsonp=x&level=1&duration=5secs"),
        (input, mutator) =>
        {
            string text = Encoding.UTF8.GetString(input);
            Require(PercentEncoding.TryDecode(PercentEncoding.Encode(text), out string? back) && back == text, "there and back");
            bool decodes = PercentEncoding.TryDecode(text, out _);
            bool parses = QueryString.TryParse(text, out IReadOnlyDictionary<string, string>? query);
            return $"{decodes} {parses} {Math.Min(query?.Count ?? -1, 8)}";
        });

    public static FuzzTarget Urls { get; } = new(
        "URLs",
        Corpus.Texts("http://1.2.3.4:5050/slave(1)/state?a=b", "https://host", "http://host:80?x#y", "http://a-b.c:1/%20"),
        (input, mutator) =>
        {
            if (!HttpUrl.TryParse(Encoding.UTF8.GetString(input), out HttpUrl? url))
            {
                return "refused";
            }

            Require(HttpUrl.Parse(url.ToString()) == url, "the way through text");
            return $"{url.IsSecure} {url.Port is 80 or 443} {Math.Min(url.Target.Length, 4)}";
        });

    public static FuzzTarget Records { get; } = new(
        "RecordIO",
        Corpus.Texts("5\nhello0\n3\n1\n\n", "12\nabcdefghijkl", "1\na2\nb", "99999999999\n"),
        (input, mutator) =>
        {
            var whole = Take([input.Length], input);
            var pieces = Take(mutator.Cuts(input.Length), input);
            Require(whole.Records.SequenceEqual(pieces.Records) && whole.Last == pieces.Last, "the same in pieces");
            var written = new ArrayBufferWriter<byte>();
            whole.Records.ForEach(record => RecordIoWriter.Write(written, Encoding.Latin1.GetBytes(record)));
            Require(Take([written.WrittenCount], written.WrittenSpan.ToArray()).Records.SequenceEqual(whole.Records), "there and back");
            return $"{whole.Last} {Math.Min(whole.Records.Count, 10)}";
        });

    public static FuzzTarget Json { get; } = new(
        "JSON",
        Corpus.Texts("{\"type\":\"GET_HEALTH\"}", "[1,2.5,-3e10,\"\\u00e4\",null,true]", "{\"a\":{\"b\":[{},[]]}}", new string('[', 300), "{{{", ""),
        (input, mutator) =>
        {
            if (!JsonBody.TryParse(input, out JsonDocument? document, out string? error))
            {
                Require(error.StartsWith("Failed to parse body into JSON: ", StringComparison.Ordinal), "a reason");
                return $"refused {error.Length / 10}";
            }

            using (document)
            {
                ReadStrings(document.RootElement);
                byte[] raw = Encoding.UTF8.GetBytes(document.RootElement.GetRawText());
                Require(JsonBody.TryParse(raw, out JsonDocument? again, out _) && JsonElement.DeepEquals(document.RootElement, again!.RootElement), "there and back");
                again?.Dispose();
                return $"{document.RootElement.ValueKind} {Math.Min(raw.Length, 40)}";
            }
        });

    public static FuzzTarget Gzip { get; } = new(
        "gzip",
        [GzipCoding.Compress(new byte[100_000]), GzipCoding.Compress("hello"u8.ToArray()), GzipCoding.Compress(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 500))))],
        (input, mutator) =>
        {
            BodyResult result = GzipCoding.Inflate(new ReadOnlySequence<byte>(input), Limits.MaxBodyBytes, Limits.MaxInflation, out byte[] inflated);
            Require(inflated.Length <= Limits.MaxBodyBytes, "bounded");
            Require(
                input.Length == 0
                || (GzipCoding.Inflate(new ReadOnlySequence<byte>(GzipCoding.Compress(input)), input.Length, int.MaxValue, out byte[] back) == BodyResult.Complete
                    && back.AsSpan().SequenceEqual(input)),
                "there and back");
            GzipCoding.IsAccepted(Encoding.Latin1.GetString(input));
            return $"{result} {Math.Min(inflated.Length, 20)}";
        },
        bytesPerByte: 3000);

    public static FuzzTarget Durations { get; } = new(
        "durations",
        Corpus.Texts("5secs", "1.5hrs", "10days", "100ns", "0weeks", "106751days"),
        (input, mutator) =>
        {
            if (!DurationText.TryParse(Encoding.Latin1.GetString(input), out TimeSpan duration, out string? error))
            {
                Require(error.Length > 0, "a reason");
                return "refused";
            }

            Require(DurationText.TryParse(DurationText.Format(duration), out TimeSpan back, out _), "a form that can be read");
            Require((back - duration).Duration().Ticks <= Math.Max(1, duration.Ticks / 1_000_000), "there and back");
            return DurationText.Format(duration)[^2..];
        });

    public static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException("Does not hold: " + what);
        }
    }

    private static void ReadStrings(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                element.EnumerateArray().ToList().ForEach(ReadStrings);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    Require(property.Name is not null, "a name");
                    ReadStrings(property.Value);
                }

                break;
        }
    }

    private static (BodyStep Step, string Body, long Left) Decode(List<int> sizes, byte[] input)
    {
        var decoder = new ChunkDecoder(Limits);
        var body = new StringBuilder();
        var buffer = ReadOnlySequence<byte>.Empty;
        BodyStep step = BodyStep.NeedMore;
        int arrived = 0;
        long used = 0;
        foreach (int size in sizes)
        {
            arrived += size;
            buffer = new ReadOnlySequence<byte>(input, (int)used, arrived - (int)used);
            while ((step = decoder.Read(ref buffer, out ReadOnlySequence<byte> piece)) == BodyStep.Piece)
            {
                body.Append(Encoding.Latin1.GetString(piece));
            }

            used = arrived - buffer.Length;
            if (step != BodyStep.NeedMore)
            {
                break;
            }
        }

        return (step, body.ToString(), input.Length - used);
    }

    private static (List<string> Records, RecordIoResult Last) Take(List<int> sizes, byte[] input)
    {
        var decoder = new RecordIoDecoder(maxRecordBytes: 100_000);
        var records = new List<string>();
        RecordIoResult last = RecordIoResult.NeedMore;
        int arrived = 0;
        int used = 0;
        foreach (int size in sizes)
        {
            arrived += size;
            var buffer = new ReadOnlySequence<byte>(input, used, arrived - used);
            while ((last = decoder.Read(ref buffer, out ReadOnlySequence<byte> record)) == RecordIoResult.Record)
            {
                records.Add(Encoding.Latin1.GetString(record));
            }

            used = arrived - (int)buffer.Length;
        }

        return (records, last);
    }

    private sealed class Names : IHostResolver
    {
        public bool TryResolve(string name, out uint ip)
        {
            ip = 1;
            return name == "host";
        }

        public ValueTask<uint?> ResolveAsync(string name, CancellationToken cancellation) => ValueTask.FromResult<uint?>(null);
    }
}
