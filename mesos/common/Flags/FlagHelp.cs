using System.Text;

namespace Mesos.Common.Flags;

/// <summary>Writes the help text of a table.</summary>
internal static class FlagHelp
{
    private const int NameColumn = 44;
    private const int Width = 120;

    public static string Write(FlagTable table)
    {
        StringBuilder text = new();
        text.Append(table.Usage).Append("\n\n");
        foreach (var flag in table.Flags.OrderBy(flag => flag.Name, StringComparer.Ordinal))
        {
            var names = "  " + string.Join(", ", flag.Names.Where(name => !name.Deprecated || name.Text == flag.Name).Select(name => Option(flag, name)));
            text.Append(names.Length < NameColumn ? names.PadRight(NameColumn) : names + "\n" + new string(' ', NameColumn));
            Wrap(text, Describe(flag));
        }

        return text.ToString();
    }

    private static string Option(Flag flag, FlagName name) =>
        flag.IsBoolean ? $"--[no-]{name.Text}" : $"--{name.Text}={flag.Placeholder}";

    private static string Describe(Flag flag)
    {
        List<string> notes = [];
        if (flag.IsRequired)
        {
            notes.Add("required");
        }
        else if (flag.DefaultText is { } defaultText)
        {
            notes.Add($"default: {(defaultText.Length == 0 ? "empty" : defaultText)}");
        }

        if (flag.Condition is not null)
        {
            notes.Add(flag.Condition + " only");
        }

        if (flag.Names[0].Deprecated)
        {
            notes.Add("deprecated");
        }

        if (flag.UnbuiltReason is not null)
        {
            notes.Add("not built");
        }

        if (flag.NoEffectReason is not null)
        {
            notes.Add("no effect");
        }

        return notes.Count == 0 ? flag.Meaning : $"{flag.Meaning} ({string.Join("; ", notes)})";
    }

    private static void Wrap(StringBuilder text, string sentence)
    {
        var column = NameColumn;
        foreach (var word in sentence.Split(' '))
        {
            if (column > NameColumn && column + 1 + word.Length > Width)
            {
                text.Append('\n').Append(' ', NameColumn);
                column = NameColumn;
            }
            else if (column > NameColumn)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
        }

        text.Append('\n');
    }
}
