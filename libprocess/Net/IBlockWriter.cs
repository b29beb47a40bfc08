using System.IO.Pipelines;

namespace LibProcess.Net;

/// <summary>The output of a connection that sends blocks from where they are, several with one system call.</summary>
internal interface IBlockWriter
{
    /// <summary>Sends the blocks in order. They are not touched any more once the result is there.</summary>
    ValueTask<FlushResult> WriteAsync(IReadOnlyList<ArraySegment<byte>> blocks);
}
