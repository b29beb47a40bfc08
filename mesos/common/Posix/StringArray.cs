using System.Runtime.InteropServices;

namespace Mesos.Common.Posix;

/// <summary>Strings as C takes them: an array of pointers that ends with null.</summary>
public sealed unsafe class StringArray : IDisposable
{
    private readonly int count;

    /// <param name="strings">None holds a NUL.</param>
    public StringArray(IReadOnlyCollection<string> strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        count = strings.Count;
        Pointer = (byte**)NativeMemory.AllocZeroed((nuint)count + 1, (nuint)sizeof(byte*));
        int index = 0;
        foreach (string text in strings)
        {
            Pointer[index++] = (byte*)Marshal.StringToCoTaskMemUTF8(text);
        }
    }

    /// <summary>The array, until it is disposed.</summary>
    public byte** Pointer { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int index = 0; index < count; index++)
        {
            Marshal.FreeCoTaskMem((nint)Pointer[index]);
        }

        NativeMemory.Free(Pointer);
    }
}
