namespace LibProcess.Http;

/// <summary>What the help pages say about a route.</summary>
/// <remarks>Upstream: 3rdparty/libprocess/include/process/help.hpp.</remarks>
/// <param name="Summary">One line: what the route is for.</param>
/// <param name="Description">What it answers and which parameters it takes; markdown.</param>
/// <param name="Authentication">Whether it asks for credentials where the realm is protected.</param>
/// <param name="Authorization">What a principal must be allowed to do, and what others see; markdown, empty where nothing is asked.</param>
public sealed record RouteHelp(string Summary, string Description = "", bool Authentication = false, string Authorization = "");
