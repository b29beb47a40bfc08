using System.Runtime.InteropServices;

namespace Mesos.Launcher.Posix;

/// <summary>Strings as C takes them: an array of pointers that ends with null.</summary>
internal sealed unsafe class StringArray : IDisposable
{
    private readonly int count;

    public StringArray(IReadOnlyCollection<string> strings)
    {
        count = strings.Count;
        Pointer = (byte**)NativeMemory.AllocZeroed((nuint)count + 1, (nuint)sizeof(byte*));
        var index = 0;
        foreach (var text in strings)
        {
            Pointer[index++] = (byte*)Marshal.StringToCoTaskMemUTF8(text);
        }
    }

    public byte** Pointer { get; }

    public void Dispose()
    {
        for (var index = 0; index < count; index++)
        {
            Marshal.FreeCoTaskMem((nint)Pointer[index]);
        }

        NativeMemory.Free(Pointer);
    }
}
