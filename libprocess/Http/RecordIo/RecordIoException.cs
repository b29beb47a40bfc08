namespace LibProcess.Http.RecordIo;

/// <summary>A stream of records is broken; nothing more can be read from it.</summary>
/// <param name="message">How.</param>
public sealed class RecordIoException(string message) : IOException(message);
