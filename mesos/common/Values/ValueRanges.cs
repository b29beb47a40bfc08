using Google.Protobuf.Collections;
using Range = Mesos.Proto.Value.Types.Range;
using Ranges = Mesos.Proto.Value.Types.Ranges;

namespace Mesos.Common.Values;

/// <summary>Sets of whole numbers given as closed ranges, such as ports. Results are sorted, disjoint and as few ranges as possible.</summary>
/// <remarks>Upstream: the operators on <c>Value::Ranges</c> in src/common/values.cpp. Arguments are never changed.</remarks>
public static class ValueRanges
{
    /// <summary>The ranges sorted, with touching and overlapping ones joined. Ranges that end before they begin are left out.</summary>
    public static Ranges Coalesce(Ranges ranges) => ToMessage(Normalize(ranges));

    /// <summary>All numbers that are in either.</summary>
    public static Ranges Add(Ranges left, Ranges right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var all = new List<Interval>(left.Range.Count + right.Range.Count);
        Collect(left.Range, all);
        Collect(right.Range, all);
        Join(all);
        return ToMessage(all);
    }

    /// <summary>The numbers of <paramref name="left"/> that are not in <paramref name="right"/>.</summary>
    public static Ranges Subtract(Ranges left, Ranges right)
    {
        var remaining = Normalize(left);
        var removed = Normalize(right);
        List<Interval> result = new(remaining.Count + removed.Count);
        var next = 0;
        foreach (var interval in remaining)
        {
            var begin = interval.Begin;
            var done = false;
            while (next < removed.Count && removed[next].End < begin)
            {
                next++;
            }

            for (var i = next; i < removed.Count && removed[i].Begin <= interval.End; i++)
            {
                if (removed[i].Begin > begin)
                {
                    result.Add(new Interval(begin, removed[i].Begin - 1));
                }

                if (removed[i].End >= interval.End)
                {
                    done = true;
                    break;
                }

                begin = removed[i].End + 1;
            }

            if (!done)
            {
                result.Add(new Interval(begin, interval.End));
            }
        }

        return ToMessage(result);
    }

    /// <summary>Whether every number of <paramref name="right"/> is in <paramref name="left"/>.</summary>
    public static bool Contains(Ranges left, Ranges right)
    {
        var outer = Normalize(left);
        var index = 0;
        foreach (var inner in Normalize(right))
        {
            while (index < outer.Count && outer[index].End < inner.Begin)
            {
                index++;
            }

            if (index == outer.Count || outer[index].Begin > inner.Begin || outer[index].End < inner.End)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether both hold the same numbers.</summary>
    public static bool AreEqual(Ranges left, Ranges right)
    {
        var first = Normalize(left);
        var second = Normalize(right);
        return first.Count == second.Count && first.SequenceEqual(second);
    }

    /// <summary>How many numbers there are, counting a number twice if two ranges hold it.</summary>
    public static double Count(Ranges ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        double count = 0;
        foreach (var range in ranges.Range)
        {
            count += range.End < range.Begin ? 0 : (double)(range.End - range.Begin) + 1;
        }

        return count;
    }

    /// <summary>Says what is wrong with ranges of a peer, or null: none may end before it begins, and none may overlap another.</summary>
    public static string? Validate(Ranges ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        List<Interval> sorted = new(ranges.Range.Count);
        foreach (var range in ranges.Range)
        {
            if (range.Begin > range.End)
            {
                return $"range {range.Begin}-{range.End} ends before it begins";
            }

            sorted.Add(new Interval(range.Begin, range.End));
        }

        sorted.Sort();
        for (var i = 1; i < sorted.Count; i++)
        {
            if (sorted[i].Begin <= sorted[i - 1].End)
            {
                return $"ranges {sorted[i - 1]} and {sorted[i]} overlap";
            }
        }

        return null;
    }

    /// <summary>The text form, such as <c>[31000-31009, 32000-32000]</c>.</summary>
    public static string Format(Ranges ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        return "[" + string.Join(", ", ranges.Range.Select(range => $"{range.Begin}-{range.End}")) + "]";
    }

    private static List<Interval> Normalize(Ranges ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        List<Interval> intervals = new(ranges.Range.Count);
        Collect(ranges.Range, intervals);
        Join(intervals);
        return intervals;
    }

    private static void Collect(RepeatedField<Range> ranges, List<Interval> into)
    {
        foreach (var range in ranges)
        {
            if (range.Begin <= range.End)
            {
                into.Add(new Interval(range.Begin, range.End));
            }
        }
    }

    private static void Join(List<Interval> intervals)
    {
        if (intervals.Count < 2)
        {
            return;
        }

        intervals.Sort();
        var last = 0;
        for (var i = 1; i < intervals.Count; i++)
        {
            var (begin, end) = intervals[i];
            if (intervals[last].End == ulong.MaxValue || begin <= intervals[last].End + 1)
            {
                intervals[last] = intervals[last] with { End = Math.Max(intervals[last].End, end) };
            }
            else
            {
                intervals[++last] = intervals[i];
            }
        }

        intervals.RemoveRange(last + 1, intervals.Count - last - 1);
    }

    private static Ranges ToMessage(List<Interval> intervals)
    {
        Ranges ranges = new();
        ranges.Range.Capacity = intervals.Count;
        foreach (var (begin, end) in intervals)
        {
            ranges.Range.Add(new Range { Begin = begin, End = end });
        }

        return ranges;
    }

    private readonly record struct Interval(ulong Begin, ulong End) : IComparable<Interval>
    {
        public int CompareTo(Interval other)
        {
            var byBegin = Begin.CompareTo(other.Begin);
            return byBegin != 0 ? byBegin : End.CompareTo(other.End);
        }

        public override string ToString() => $"{Begin}-{End}";
    }
}
