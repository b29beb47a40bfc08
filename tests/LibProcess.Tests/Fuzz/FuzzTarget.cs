using System.Text;

namespace LibProcess.Tests.Fuzz;

/// <summary>Something that reads what peers send.</summary>
/// <param name="name">For people.</param>
/// <param name="seeds">Inputs to begin with.</param>
/// <param name="check">
/// Reads the input, in one piece and in others where that applies, throws where an invariant does not hold, and returns what kind
/// of result it was: inputs that lead to kinds not seen before are kept to make others of.
/// </param>
/// <param name="bytesPerByte">How much memory a byte of input may cost on the calling thread; null where other threads work too.</param>
internal sealed class FuzzTarget(string name, IEnumerable<byte[]> seeds, Func<byte[], Mutator, string> check, int? bytesPerByte = 300)
{
    private const long FreeBytes = 256 * 1024;
    private const int MaxKinds = 5000;

    public string Name => name;

    public override string ToString() => name;

    /// <returns>How many inputs were tried, and how many kinds of results there were.</returns>
    public (int Inputs, int Kinds) Run(int seed, int inputs, TimeSpan time)
    {
        List<byte[]> corpus = [.. seeds];
        var kinds = new HashSet<string>();
        var mutator = new Mutator(seed, Corpus.Dictionary);
        long end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        foreach (byte[] given in corpus.ToArray())
        {
            kinds.Add(Check(given, mutator, seed));
        }

        int tried = corpus.Count;
        for (; tried < inputs && Environment.TickCount64 < end; tried++)
        {
            // Those found last are tried most: they are the furthest from the seeds.
            int pick = mutator.Next(2) == 0 ? mutator.Next(corpus.Count) : corpus.Count - 1 - mutator.Next(Math.Min(corpus.Count, 16));
            byte[] input = mutator.Mutate(corpus[pick], corpus);
            string kind = Check(input, mutator, seed);
            if (kinds.Count < MaxKinds && kinds.Add(kind))
            {
                corpus.Add(input);
            }
        }

        return (tried, kinds.Count);
    }

    private string Check(byte[] input, Mutator mutator, int seed)
    {
        try
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            string kind = check(input, mutator);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (bytesPerByte is { } limit && allocated > FreeBytes + ((long)limit * input.Length))
            {
                throw new InvalidOperationException($"{allocated} bytes of memory for {input.Length} of input");
            }

            return kind;
        }
        catch (Exception exception)
        {
            throw new AssertionException($"{name}, seed {seed}: {exception}\nInput: {Show(input)}");
        }
    }

    private static string Show(byte[] input)
    {
        var text = new StringBuilder();
        foreach (byte b in input.Take(4000))
        {
            text.Append(b switch { (byte)'\r' => "\\r", (byte)'\n' => "\\n", (byte)'"' => "\\\"", (byte)'\\' => "\\\\", >= 0x20 and < 0x7F => ((char)b).ToString(), _ => $"\\u{(int)b:x4}" });
        }

        return text.ToString();
    }
}
