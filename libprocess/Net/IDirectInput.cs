namespace LibProcess.Net;

/// <summary>The input of a connection that can be read without its reader, as long as that holds no bytes.</summary>
internal interface IDirectInput
{
    /// <returns>The bytes read; 0 at the end of the stream.</returns>
    ValueTask<int> ReadDirectlyAsync(Memory<byte> buffer);
}
