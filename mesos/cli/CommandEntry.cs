namespace Mesos.Cli;

/// <summary>A command as the program lists it. It is made only when it is meant, so that each starts as fast as it can.</summary>
/// <param name="Names">The names it is called by, the preferred first.</param>
/// <param name="Summary">One line for the list.</param>
/// <param name="Create">Makes it from the arguments; commands of several words look at the first.</param>
internal sealed record CommandEntry(IReadOnlyList<string> Names, string Summary, Func<ICommand> Create);
