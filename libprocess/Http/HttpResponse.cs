using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;

namespace LibProcess.Http;

/// <summary>An answer: a status with no body, bytes, a file, or a stream that is written while it is sent.</summary>
/// <remarks>
/// Upstream: <c>Response</c> in 3rdparty/libprocess/include/process/http.hpp. Create it with the named methods; add headers
/// before returning it.
/// </remarks>
public sealed class HttpResponse
{
    private const string PlainText = "text/plain; charset=utf-8";
    private const int MaxScriptFunction = 256;

    private static readonly SearchValues<char> ScriptFunction =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$.[]");

    private HttpResponse(int status)
    {
        Status = status;
    }

    /// <summary>The status code.</summary>
    public int Status { get; }

    /// <summary>
    /// Headers beside Date, Content-Length and Transfer-Encoding, which are added when the answer is sent. They are sent in the
    /// order in which they were added, but Content-Type last.
    /// </summary>
    public HttpHeaders Headers { get; } = new();

    /// <summary>The body as bytes; empty for none.</summary>
    public ReadOnlyMemory<byte> Body { get; private init; }

    /// <summary>A file to send as body, or null.</summary>
    public string? FilePath { get; private init; }

    /// <summary>What the file must not lie outside of, links followed; or null.</summary>
    internal string? FileRoot { get; private init; }

    /// <summary>
    /// Writes the body while it is sent, each flush as one chunk, or null. It is called once, outside of any process, also
    /// where the client has left meanwhile; then flushes say that their reader has completed. The token is cancelled when the
    /// client is gone. The answer ends when the task does. Each flush must be over before the next bytes are written.
    /// </summary>
    public Func<PipeWriter, CancellationToken, Task>? Stream { get; private init; }

    /// <summary>200 without a body.</summary>
    public static HttpResponse Ok() => new(200);

    /// <summary>200 with text.</summary>
    public static HttpResponse Ok(string text, string contentType = PlainText) => Text(200, text, contentType);

    /// <summary>200 with bytes.</summary>
    public static HttpResponse Ok(ReadOnlyMemory<byte> body, string contentType) => Bytes(200, body, contentType);

    /// <summary>200 with JSON, or with a call of a script function where the request asks for one (<c>?jsonp=name</c>).</summary>
    /// <param name="write">Writes the JSON text.</param>
    /// <param name="jsonp">
    /// The query parameter <c>jsonp</c>, or null. It goes into the body, so only names of script functions are accepted: letters,
    /// digits, <c>_ $ . [ ]</c>, at most 256 of them; anything else answers 400.
    /// </param>
    public static HttpResponse Json(Action<Utf8JsonWriter> write, string? jsonp = null)
    {
        if (jsonp is not null && !IsScriptFunction(jsonp))
        {
            return BadRequest("Invalid 'jsonp': expecting the name of a script function.\n");
        }

        ReadOnlyMemory<byte> body = JsonText.Write(write);
        if (jsonp is not null)
        {
            body = (byte[])[.. Encoding.UTF8.GetBytes(jsonp), (byte)'(', .. body.Span, (byte)')'];
        }

        // The length comes before the type in the original's JSON answers, after it in all others.
        var response = new HttpResponse(200) { Body = body };
        response.Headers.Add("Content-Length", body.Length.ToString(CultureInfo.InvariantCulture));
        response.Headers.Add("Content-Type", jsonp is null ? "application/json" : "text/javascript");
        return response;
    }

    /// <summary>200 with a file, whose length is found when it is sent; 404 where there is no such file.</summary>
    public static HttpResponse File(string path, string contentType)
    {
        var response = new HttpResponse(200) { FilePath = path };
        response.Headers.Add("Content-Type", contentType);
        return response;
    }

    /// <summary>The same for a file of an asset.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">The directory or file that was provided; a link that leads out of it is not followed. Null: anywhere.</param>
    /// <param name="contentType">Null leaves the header out.</param>
    internal static HttpResponse Asset(string path, string? root, string? contentType)
    {
        var response = new HttpResponse(200) { FilePath = path, FileRoot = root };
        if (contentType is not null)
        {
            response.Headers.Add("Content-Type", contentType);
        }

        return response;
    }

    /// <summary>200 with a body that is written over time.</summary>
    public static HttpResponse Streaming(string contentType, Func<PipeWriter, CancellationToken, Task> stream)
    {
        var response = new HttpResponse(200) { Stream = stream };
        response.Headers.Add("Content-Type", contentType);
        return response;
    }

    /// <summary>202 without a body.</summary>
    public static HttpResponse Accepted() => new(202);

    /// <summary>307 to another address.</summary>
    public static HttpResponse TemporaryRedirect(string location)
    {
        var response = new HttpResponse(307);
        response.Headers.Add("Location", location);
        return response;
    }

    /// <summary>400 with a reason.</summary>
    public static HttpResponse BadRequest(string reason = "400 Bad Request.") => Text(400, reason);

    /// <summary>401 with challenges, which go into one <c>WWW-Authenticate</c> header.</summary>
    public static HttpResponse Unauthorized(IEnumerable<string> challenges, string reason = "401 Unauthorized.")
    {
        HttpResponse response = Text(401, reason);
        response.Headers.Add("WWW-Authenticate", string.Join(", ", challenges));
        return response;
    }

    /// <summary>403.</summary>
    public static HttpResponse Forbidden(string reason = "403 Forbidden.") => Text(403, reason);

    /// <summary>404.</summary>
    public static HttpResponse NotFound(string reason = "404 Not Found.") => Text(404, reason);

    /// <summary>405, naming the methods that are allowed.</summary>
    public static HttpResponse MethodNotAllowed(IReadOnlyList<string> allowed, string received)
    {
        string quoted = string.Join(", ", allowed.Select(method => $"'{method}'"));
        var response = new HttpResponse(405)
        {
            Body = Encoding.UTF8.GetBytes($"405 Method Not Allowed. Expecting one of {{ {quoted} }}, but received '{received}'."),
        };
        response.Headers.Add("Allow", string.Join(", ", allowed));
        response.Headers.Add("Content-Type", PlainText);
        return response;
    }

    /// <summary>406.</summary>
    public static HttpResponse NotAcceptable(string reason = "406 Not Acceptable.") => Text(406, reason);

    /// <summary>409.</summary>
    public static HttpResponse Conflict(string reason = "409 Conflict.") => Text(409, reason);

    /// <summary>412.</summary>
    public static HttpResponse PreconditionFailed(string reason = "412 Precondition Failed.") => Text(412, reason);

    /// <summary>415.</summary>
    public static HttpResponse UnsupportedMediaType(string reason = "415 Unsupported Media Type.") => Text(415, reason);

    /// <summary>413.</summary>
    internal static HttpResponse TooLarge() => Text(413, "413 Request Entity Too Large.");

    /// <summary>500 with a reason.</summary>
    public static HttpResponse InternalServerError(string reason = "500 Internal Server Error.") => Text(500, reason);

    /// <summary>501: known, but not built.</summary>
    public static HttpResponse NotImplemented(string reason = "501 Not Implemented.") => Text(501, reason);

    /// <summary>503 with a reason.</summary>
    public static HttpResponse ServiceUnavailable(string reason = "503 Service Unavailable.") => Text(503, reason);

    /// <summary>Any status with text.</summary>
    public static HttpResponse Text(int status, string text, string contentType = PlainText) =>
        Bytes(status, Encoding.UTF8.GetBytes(text), contentType);

    /// <summary>Any status with bytes.</summary>
    public static HttpResponse Bytes(int status, ReadOnlyMemory<byte> body, string contentType)
    {
        var response = new HttpResponse(status) { Body = body };
        response.Headers.Add("Content-Type", contentType);
        return response;
    }

    private static bool IsScriptFunction(string name) =>
        name.Length is > 0 and <= MaxScriptFunction && !name.AsSpan().ContainsAnyExcept(ScriptFunction);
}
