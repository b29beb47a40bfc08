namespace Mesos.Slave.Storage;

/// <summary>
/// What must outlast the agent. Any thread; what is asked first is done, and completes, first; only what waits for space, as records do,
/// may be passed by what goes into other files.
/// </summary>
internal interface ICheckpointStore
{
    /// <summary>Makes changes; completes when all of them are durable, fails with an <see cref="IOException"/> where one cannot be made.</summary>
    /// <remarks>
    /// A crash before that leaves any of them, or none; a file that is replaced has the old or the new content in any case. Once something
    /// could not be made durable, or undone, everything fails from then on: the disk does not say twice what it has lost.
    /// </remarks>
    Task CommitAsync(params IReadOnlyList<Change> changes);

    /// <summary>As <see cref="CommitAsync"/>, but where the disk is full the changes wait for space instead of failing.</summary>
    /// <remarks>What is committed later to a file, and finds space, replaces what still waits for it.</remarks>
    Task CommitWhenThereIsSpaceAsync(params IReadOnlyList<Change> changes);

    /// <summary>Looks at the files after everything that was asked before.</summary>
    Task<T> ReadAsync<T>(Func<IFileSystem, T> read);

    /// <summary>
    /// Makes durable what an earlier run wrote and maybe never waited for. Nobody may be told what was read of it before that.
    /// </summary>
    /// <param name="tree">What it wrote lies in this directory.</param>
    /// <param name="others">Further directories in which it created some.</param>
    /// <exception cref="IOException">Some of it may be lost.</exception>
    Task SettleAsync(string tree, IReadOnlyList<string> others);

    /// <summary>Why nothing new can be kept at the moment, or null where all is well.</summary>
    string? Trouble { get; }
}
