namespace Mesos.Master.Registrar.Storage;

/// <summary>What was read from the registry's file.</summary>
/// <param name="Registry">The newest registry that counts; empty where none was ever stored.</param>
/// <param name="Sequence">Its number; zero where none was ever stored.</param>
/// <param name="TornBytes">How many bytes at the end belong to a store that nobody was told of, because it was interrupted.</param>
internal readonly record struct RecoveredRegistry(ReadOnlyMemory<byte> Registry, ulong Sequence, int TornBytes);

/// <summary>Finds the newest registry in the bytes of its file. Pure.</summary>
/// <remarks>
/// A damaged record at the very end is a store that was interrupted: its seal is written only after it was durable, and nothing
/// happened in the cluster because of it, so it does not count. A damaged record with anything valid after it, even a seal, was
/// durable once: the disk lost it, and going on with an older registry would forget agents without anybody knowing.
/// </remarks>
internal static class RegistryFile
{
    /// <exception cref="InvalidDataException">The file is damaged; the message says where.</exception>
    public static RecoveredRegistry Read(ReadOnlyMemory<byte> file)
    {
        ReadOnlyMemory<byte> newest = default;
        ulong sequence = 0;
        bool sealedNewest = false;
        int position = 0;
        while (position < file.Length)
        {
            if (!RegistryRecord.TryDecode(file[position..], out RegistryRecord record, out int length))
            {
                break;
            }

            bool fits = record.Kind switch
            {
                RecordKind.Snapshot => sequence == 0 || record.Sequence == sequence + 1,
                RecordKind.Seal => sequence > 0 && record.Sequence == sequence && !sealedNewest,
                _ => false,
            };
            if (!fits)
            {
                throw Damaged(position, $"a record {(uint)record.Kind} numbered {record.Sequence} cannot follow number {sequence}");
            }

            if (record.Kind == RecordKind.Snapshot)
            {
                (newest, sequence) = (record.Content, record.Sequence);
            }

            sealedNewest = record.Kind == RecordKind.Seal;
            position += length;
        }

        if (sequence == 0)
        {
            // The file gets its name only after its first record is durable.
            throw Damaged(position, "its first record cannot be read");
        }

        if (position < file.Length && FindRecord(file, position + 1) is { } later)
        {
            throw Damaged(position, $"a record cannot be read, although a later one at {later} can");
        }

        return new RecoveredRegistry(newest, sequence, file.Length - position);
    }

    private static int? FindRecord(ReadOnlyMemory<byte> file, int from)
    {
        for (int position = from; position <= file.Length - RegistryRecord.HeaderLength; position++)
        {
            if (RegistryRecord.TryDecode(file[position..], out _, out _))
            {
                return position;
            }
        }

        return null;
    }

    private static InvalidDataException Damaged(int position, string what) => new($"it is damaged at byte {position}: {what}");
}
