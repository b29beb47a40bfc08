using LibProcess.Builtins;

namespace LibProcess.Tests.Builtins;

public sealed class MarkdownPageTests
{
    [TestCase("# a", "<h1>a</h1>")]
    [TestCase("### TL;DR; ###", "<h3>TL;DR;</h3>")]
    [TestCase("one\ntwo\n\nthree", "<p>one\ntwo</p>\n<p>three</p>")]
    [TestCase("* a\n* b\n  c", "<ul>\n<li>a</li>\n<li>b\nc</li>\n</ul>")]
    [TestCase("    code <b>\n      more", "<pre><code>code &lt;b&gt;\n  more</code></pre>")]
    [TestCase("```\ncode\n\nmore\n```\nafter", "<pre><code>code\n\nmore</code></pre>\n<p>after</p>")]
    [TestCase(">        a  x\n>           y", "<pre><code>a  x\n   y</code></pre>")]
    [TestCase("> plain", "<blockquote>\nplain<br>\n</blockquote>")]
    [TestCase("see [docs](https://example.org/a)", "<p>see <a href=\"https://example.org/a\">docs</a></p>")]
    [TestCase("see [docs]\n\n[docs]: https://example.org/a?b=c&d", "<p>see <a href=\"https://example.org/a?b=c&amp;d\">docs</a></p>")]
    [TestCase("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>")]
    [TestCase("a [1] <script>", "<p>a [1] &lt;script&gt;</p>")]
    public void Markdown_becomes_html_and_nothing_but_markdown_does(string markdown, string html)
    {
        Assert.That(MarkdownPage.Render("t", markdown), Does.Contain(html));
    }
}
