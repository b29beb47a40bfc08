using System.Buffers;
using System.IO.Pipelines;
using LibProcess.Http.Files;
using Microsoft.Win32.SafeHandles;

namespace LibProcess.Http;

/// <summary>Answers with the content of a file.</summary>
/// <remarks>Upstream: the PATH case in 3rdparty/libprocess/src/http_proxy.cpp.</remarks>
internal static class FileBody
{
    private const int PieceBytes = 64 * 1024;

    /// <summary>Writes the answer, or that there is no such file.</summary>
    /// <returns>False where the body could not be written to its end; the connection is of no use any more.</returns>
    public static async ValueTask<bool> TryWriteAsync(AnswerOutput answer, HttpResponse response, string date, AnswerFacts facts)
    {
        PipeWriter output = answer.Writer;
        SafeFileHandle file;
        long length;
        try
        {
            if (Directory.Exists(response.FilePath) || !StaysInside(response))
            {
                return WriteError(output, HttpResponse.NotFound(), date, facts);
            }

            file = File.OpenHandle(response.FilePath!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            length = RandomAccess.GetLength(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return WriteError(output, HttpResponse.NotFound(), date, facts);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return WriteError(output, HttpResponse.InternalServerError(), date, facts);
        }

        using (file)
        {
            ResponseHead.Write(output, response, date, length, isGzip: false);
            return facts.IsHead || await TryCopyAsync(answer, file, length).ConfigureAwait(false);
        }
    }

    /// <summary>Whoever may change the directory at the same moment could win a race; that one could as well put a copy there.</summary>
    private static bool StaysInside(HttpResponse response) =>
        response.FileRoot is not { } root
        || (RealPath.Of(root) is { } realRoot && RealPath.Of(response.FilePath!) is { } real && RealPath.IsWithin(real, realRoot));

    private static async ValueTask<bool> TryCopyAsync(AnswerOutput answer, SafeFileHandle file, long length)
    {
        for (long offset = 0; offset < length;)
        {
            Memory<byte> piece = answer.Writer.GetMemory(PieceBytes);
            piece = piece[..(int)Math.Min(piece.Length, length - offset)];
            int read = await RandomAccess.ReadAsync(file, piece, offset).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            answer.Writer.Advance(read);
            offset += read;
            if ((await answer.FlushAsync().ConfigureAwait(false)).IsCompleted)
            {
                return false;
            }
        }

        return true;
    }

    private static bool WriteError(PipeWriter output, HttpResponse response, string date, AnswerFacts facts)
    {
        ResponseHead.Write(output, response, date, response.Body.Length, isGzip: false);
        if (!facts.IsHead)
        {
            output.Write(response.Body.Span);
        }

        return true;
    }
}
