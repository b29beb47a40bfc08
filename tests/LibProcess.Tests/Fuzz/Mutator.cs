namespace LibProcess.Tests.Fuzz;

/// <summary>Makes new inputs out of old ones. The same seed makes the same inputs.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> dictionary)
{
    private const int MaxBytes = 200_000;

    // Lengths that have broken parsers before.
    private static readonly string[] Numbers =
    [
        "0", "1", "2", "7f", "80", "ff", "100", "255", "256", "65535", "65536", "7fffffff", "80000000", "ffffffff", "2147483647", "4294967296",
        "7fffffffffffffff", "8000000000000000", "ffffffffffffffff", "9223372036854775807", "18446744073709551616", "-1", "+1", "0x10", "00000000000000000001", "1e3", " 1", "1 ",
    ];

    private readonly Random random = new(seed);

    public byte[] Mutate(byte[] input, IReadOnlyList<byte[]> others)
    {
        List<byte> bytes = [.. input];
        for (int left = 1 + random.Next(4); left > 0; left--)
        {
            MutateOnce(bytes, others);
        }

        return bytes.Count > MaxBytes ? [.. bytes.Take(MaxBytes)] : [.. bytes];
    }

    /// <summary>Cuts an input into pieces, often tiny ones.</summary>
    public List<int> Cuts(int length)
    {
        var sizes = new List<int>();
        int style = random.Next(4);
        for (int left = length; left > 0;)
        {
            int size = Math.Min(left, style switch { 0 => 1, 1 => 1 + random.Next(3), 2 => 1 + random.Next(64), _ => 1 + random.Next(length) });
            sizes.Add(size);
            left -= size;
        }

        return sizes;
    }

    public int Next(int limit) => random.Next(limit);

    private void MutateOnce(List<byte> bytes, IReadOnlyList<byte[]> others)
    {
        int at = random.Next(bytes.Count + 1);
        int length = Math.Min(bytes.Count - at, 1 + random.Next(random.Next(4) == 0 ? 256 : 8));
        switch (random.Next(10))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                // Twice, or many times.
                byte[] copy = [.. bytes.GetRange(at, length)];
                for (int times = random.Next(20) == 0 ? 200 : 1; times > 0; times--)
                {
                    bytes.InsertRange(at, copy);
                }

                break;
            case 4:
                byte[] other = others[random.Next(others.Count)];
                int from = random.Next(other.Length + 1);
                int tail = random.Next(2) == 0 ? bytes.Count - at : 0;
                bytes.RemoveRange(at, tail);
                bytes.InsertRange(at, other.Skip(from).Take(random.Next(2) == 0 ? other.Length : random.Next(64)));
                break;
            case 5:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 6 or 7:
                if (random.Next(3) == 0)
                {
                    bytes.RemoveRange(at, length);
                }

                bytes.InsertRange(at, dictionary[random.Next(dictionary.Count)]);
                break;
            case 8:
                LieAboutLength(bytes, at);
                break;
            default:
                bytes.InsertRange(at, Enumerable.Range(0, length).Select(_ => (byte)random.Next(256)));
                break;
        }
    }

    /// <summary>Replaces the next number.</summary>
    private void LieAboutLength(List<byte> bytes, int from)
    {
        int start = bytes.FindIndex(Math.Min(from, bytes.Count), b => char.IsAsciiHexDigit((char)b));
        if (start < 0)
        {
            return;
        }

        int end = start;
        while (end < bytes.Count && char.IsAsciiHexDigit((char)bytes[end]))
        {
            end++;
        }

        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, System.Text.Encoding.ASCII.GetBytes(Numbers[random.Next(Numbers.Length)]));
    }
}
