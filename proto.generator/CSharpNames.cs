using System.Collections.Generic;
using System.Text;

namespace Mesos.Proto.Generator;

/// <summary>The names protoc gives to the C# members it generates.</summary>
internal static class CSharpNames
{
    private static readonly HashSet<string> Reserved =
    [
        "Types", "Descriptor", "Equals", "ToString", "GetHashCode", "WriteTo", "Clone", "CalculateSize", "MergeFrom", "OnConstruction",
        "Parser",
    ];

    /// <summary>The property of a field: pascal case, with a <c>_</c> behind it where the name is already taken.</summary>
    public static string Property(ProtoField field, ProtoMessage owner)
    {
        var name = Pascal(field.Name);
        return name == owner.Name || Reserved.Contains(name) ? name + "_" : name;
    }

    private static string Pascal(string name)
    {
        var pascal = new StringBuilder(name.Length);
        var capital = true;
        foreach (var c in name)
        {
            if (char.IsLetter(c))
            {
                pascal.Append(capital ? char.ToUpperInvariant(c) : c);
                capital = false;
            }
            else
            {
                if (char.IsDigit(c))
                {
                    pascal.Append(c);
                }

                capital = true;
            }
        }

        return pascal.ToString();
    }
}
