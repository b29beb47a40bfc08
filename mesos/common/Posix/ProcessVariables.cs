using System.Globalization;
using System.Text;

namespace Mesos.Common.Posix;

/// <summary>The variables a process was started with, as <c>/proc</c> shows them.</summary>
/// <remarks>A process may write over them, and does where it changes the name it goes by.</remarks>
public sealed class ProcessVariables
{
    private readonly byte[] content;

    private ProcessVariables(byte[] content) => this.content = content;

    /// <summary>Whether there are none at all, as while a process turns into another program.</summary>
    public bool IsEmpty => content.Length == 0;

    /// <summary>Those of a process; null where there is none of that id, or it belongs to somebody else.</summary>
    public static ProcessVariables? Of(int pid)
    {
        try
        {
            return new ProcessVariables(File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/environ")));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The value of one, or null.</summary>
    public string? Find(string name)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(name + "=");
        foreach (Range range in content.AsSpan().Split((byte)0))
        {
            if (content.AsSpan(range).StartsWith(wanted))
            {
                return Encoding.UTF8.GetString(content.AsSpan(range)[wanted.Length..]);
            }
        }

        return null;
    }

    /// <summary>Whether there is one whose name begins in a way, and whose value holds some text.</summary>
    public bool Any(string namePrefix, string text)
    {
        byte[] prefix = Encoding.UTF8.GetBytes(namePrefix), wanted = Encoding.UTF8.GetBytes(text);
        foreach (Range range in content.AsSpan().Split((byte)0))
        {
            if (content.AsSpan(range).StartsWith(prefix) && content.AsSpan(range).IndexOf(wanted) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
