using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Mesos.Common.Posix;

/// <summary>One process as the system lists it.</summary>
/// <param name="Pid">Its id.</param>
/// <param name="Parent">Its parent.</param>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session.</param>
/// <param name="IsDead">Whether it has ended and only waits for its parent to notice.</param>
/// <param name="UserTicks">Processor time spent in the program, in clock ticks.</param>
/// <param name="SystemTicks">Processor time spent in the system, in clock ticks.</param>
/// <param name="ResidentPages">Memory held, in pages.</param>
/// <param name="StartTicks">When it was started, in clock ticks since the start of the machine: with the id it names one process for good.</param>
public readonly record struct ProcessEntry(
    int Pid, int Parent, int Group, int Session, bool IsDead, long UserTicks, long SystemTicks, long ResidentPages, long StartTicks = 0);

/// <summary>The processes of this machine, from <c>/proc</c>; none where the system does not show them as files.</summary>
/// <remarks>Upstream: stout/os/pstree.hpp and killtree.hpp. Safe from any thread.</remarks>
public static class ProcessTable
{
    private const string Proc = "/proc";

    /// <summary>Reads the table.</summary>
    /// <param name="withDead">Whether processes are listed that have ended and only wait for their parent to notice.</param>
    public static IReadOnlyList<ProcessEntry> Read(bool withDead = false)
    {
        List<ProcessEntry> entries = [];
        if (!Directory.Exists(Proc))
        {
            return entries;
        }

        // A line has some hundred bytes, and what is asked for stands at its beginning.
        byte[] buffer = new byte[1024];

        // The system lists by number. The last ones are the youngest, and may be gone in a moment: they are read first.
        foreach (string directory in Directory.GetDirectories(Proc).AsEnumerable().Reverse())
        {
            if (char.IsAsciiDigit(directory[Proc.Length + 1]) &&
                Parse(ReadStart(directory + "/stat", buffer)) is { } entry &&
                (withDead || !entry.IsDead))
            {
                entries.Add(entry);
            }
        }

        entries.Reverse();
        return entries;
    }

    /// <summary>When a process was started, as <see cref="ProcessEntry.StartTicks"/> has it; null where there is none of that id, or that cannot be told.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="butNotDead">Whether one that has ended and waits for its parent to notice counts as none.</param>
    public static long? StartOf(int pid, bool butNotDead = false) =>
        TryRead(string.Create(CultureInfo.InvariantCulture, $"{Proc}/{pid}/stat")) is { } stat &&
        Parse(Encoding.UTF8.GetString(stat)) is { } entry && !(butNotDead && entry.IsDead)
            ? entry.StartTicks
            : null;

    /// <summary>
    /// Adds to some processes what descends from them, and what is in a group or session that one of them leads: so children that
    /// have lost their parent are found too.
    /// </summary>
    /// <param name="members">The ids, to which others are added.</param>
    /// <param name="table">All processes.</param>
    public static void AddFamily(ISet<int> members, IReadOnlyCollection<ProcessEntry> table)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(table);
        bool grew;
        do
        {
            grew = false;
            foreach (ProcessEntry process in table)
            {
                if (members.Contains(process.Parent) || members.Contains(process.Group) || members.Contains(process.Session))
                {
                    grew |= members.Add(process.Pid);
                }
            }
        }
        while (grew);
    }

    /// <summary>Reads a line <c>pid (name) state ppid pgrp session ...</c>; the name may hold blanks and parentheses. Null where it is none.</summary>
    public static ProcessEntry? Parse(string stat) => Parse(Encoding.UTF8.GetBytes(stat));

    private static ProcessEntry? Parse(ReadOnlySpan<byte> stat)
    {
        int name = stat.IndexOf((byte)'(');
        int end = stat.LastIndexOf((byte)')');
        if (name < 1 || end < name || !int.TryParse(stat[..(name - 1)], NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
        {
            return null;
        }

        // Counted from the state, which the manual page numbers 3.
        const int Parent = 1, Group = 2, Session = 3, User = 11, System = 12, Start = 19, Resident = 21;
        ReadOnlySpan<byte> rest = stat[(end + 1)..];
        Span<long> numbers = stackalloc long[Resident + 1];
        bool isDead = false;
        int field = 0;
        foreach (Range range in rest.Split((byte)' '))
        {
            ReadOnlySpan<byte> text = rest[range];
            if (text.IsEmpty || field > Resident)
            {
                continue;
            }

            if (field == 0)
            {
                isDead = text is [(byte)'Z' or (byte)'X'];
            }
            else
            {
                numbers[field] = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : 0;
            }

            field++;
        }

        return field <= Resident
            ? null
            : new ProcessEntry(
                pid,
                (int)numbers[Parent],
                (int)numbers[Group],
                (int)numbers[Session],
                isDead,
                numbers[User],
                numbers[System],
                numbers[Resident],
                numbers[Start]);
    }

    /// <summary>The first bytes of a file, as many as there is room for; none where it cannot be read.</summary>
    private static ReadOnlySpan<byte> ReadStart(string file, byte[] buffer)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(file);
            return buffer.AsSpan(0, RandomAccess.Read(handle, buffer, fileOffset: 0));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return []; // It has ended since it was listed, or belongs to somebody else.
        }
    }

    private static byte[]? TryRead(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // It has ended since it was listed, or belongs to somebody else.
        }
    }
}
