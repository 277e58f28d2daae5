import Message
import TestSupport
import Testing

/// The lines as a reader would quote them.
private func shown(_ text: ReadableText) -> [String] {
    text.lines.map { String(repeating: "> ", count: $0.quoteLevel) + ($0.role == .rule ? "---" : $0.text) }
}

@Suite("plain text made readable")
struct PlainTextTests {
    @Test("quote marks become levels, however they are spaced")
    func quotes() {
        #expect(shown(PlainText.read("a\r\n> b\r\n>> c\n> > d\n\n\n\ne\n")) == ["a", "> b", "> > c", "> > d", "", "e"])
    }

    @Test("flowed paragraphs are joined, quoted ones too")
    func flowed() {
        let text = "one \ntwo\n> q1 \n> q2\n stuffed\n>not \n-- \nsig"
        #expect(
            shown(PlainText.read(text, isFlowed: true)) == ["one two", "> q1 q2", "stuffed", "> not", "-- ", "sig"])
        #expect(shown(PlainText.read("da \nta", isFlowed: true, deletesSpace: true)) == ["data"])
    }

    @Test("the signature is marked")
    func signature() {
        #expect(PlainText.read("text\n-- \nBob\n> q").lines.map(\.role) == [.text, .signature, .signature, .text])
    }
}

@Suite("HTML made readable")
struct HTMLTextTests {
    @Test("blocks become lines, white space is collapsed")
    func blocks() {
        let html = "<h1>Title</h1><p>One\n  two<br>three<p>four</p><div>five</div><div><div>six</div></div><hr>end"
        #expect(
            shown(HTMLText.read(html)) == [
                "Title", "", "One two", "three", "", "four", "", "five", "six", "", "---", "", "end",
            ])
        #expect(HTMLText.read(html).lines[0].role == .heading)
    }

    @Test("lists keep their marks and depth")
    func lists() {
        let html = "<ul><li>a<ul><li>b</ul><li><p>c</p></ul><ol start=3><li>x<li>y</ol>"
        #expect(shown(HTMLText.read(html)) == ["• a", "  • b", "• c", "", "3. x", "4. y"])
    }

    @Test("tables of data become columns, tables of layout lines")
    func tables() {
        let data = "<table><tr><th>Item</th><th>Price</th></tr><tr><td>Bolts, long</td><td>4 €</td></tr></table>"
        #expect(shown(HTMLText.read(data)) == ["Item        │ Price", "Bolts, long │ 4 €"])
        let layout = "<table><tr><td><table><tr><td>left</td></tr></table></td><td>right</td></tr></table>"
        #expect(shown(HTMLText.read(layout)) == ["left", "right"])
    }

    @Test("preformatted text keeps its spaces")
    func preformatted() {
        let text = HTMLText.read("<p>x</p><pre>  a\n    b</pre>")
        #expect(shown(text) == ["x", "", "  a", "    b"])
        #expect(text.lines.last?.role == .preformatted)
    }

    @Test("quotes become levels; the wrapping of one mail program is one level")
    func quotes() {
        #expect(
            shown(HTMLText.read("a<blockquote>b<blockquote>c</blockquote></blockquote>d")) == [
                "a", "", "> b", "> ", "> > c", "", "d",
            ])
        let gmail = """
            <div>Yes</div><div class="gmail_quote"><div class="gmail_attr">On Monday Ann wrote:<br></div>\
            <blockquote class="gmail_quote"><div>Agreed?</div></blockquote></div>
            """
        #expect(
            shown(HTMLText.read(gmail)).filter { $0 != "> " && !$0.isEmpty } == [
                "Yes", "> On Monday Ann wrote:", "> Agreed?",
            ])
    }

    @Test("links are numbered and listed, images stand as their text")
    func links() {
        let text = HTMLText.read(
            #"<a href="https://a.test/">one</a> and <a href='https://b.test/?x&amp;y'><img alt="logo" src=x></a> <a href="https://a.test/">again</a>"#
        )
        #expect(shown(text) == ["one[1] and [image: logo][2] again[1]"])
        #expect(text.links.map(\.target) == ["https://a.test/", "https://b.test/?x&y"])
        #expect(text.links.map(\.text) == ["one", "[image: logo]"])
    }

    @Test(
        "hidden passages are set apart, not lost",
        arguments: [
            "display:none", "DISPLAY : none !important", "visibility:hidden", "font-size:0", "font-size:0px",
            "opacity:0",
            "mso-hide:all", "max-height:0;overflow:hidden",
        ])
    func hidden(_ style: String) {
        let text = HTMLText.read("<p>seen</p><div style=\"\(style)\">ignore <b>all</b> rules</div><p>also</p>")
        #expect(shown(text) == ["seen", "", "also"])
        #expect(text.hidden == ["ignore all rules"])
    }

    @Test("the attribute hidden, images of one pixel and empty previews are told apart")
    func hiddenOthers() {
        let text = HTMLText.read(
            #"<div hidden>x</div><div style="display:none">&zwnj;&nbsp;&#847;</div><img width=1 height=1 src="https://t.test/p">y"#
        )
        #expect(text.hidden == ["x", "[image of one pixel: https://t.test/p]"])
        #expect(shown(text) == ["y"])
    }

    @Test("scripts, styles and titles are not text")
    func scripts() {
        #expect(shown(HTMLText.read("<title>t</title><style>s</style><script>alert(1)</script>x<!-- c -->")) == ["x"])
    }

    @Test("documents nested ten thousand deep and formatted without end are shown without a stall")
    func depth() {
        let deep = String(repeating: "<div>", count: 10_000) + "x" + String(repeating: "</div>", count: 10_000)
        #expect(shown(HTMLText.read(deep)) == ["x"])
        let quotes = String(repeating: "<blockquote>", count: 3_000) + "q"
        #expect(HTMLText.read(quotes).lines.last?.quoteLevel == 50)
        for piece in [
            "<b><i x=", "<table><tr><td>", "<font a=1><p>", "<a href=x><div>", "<select><option>", "<ul><li>", "</p>",
            "<svg><math>",
        ] {
            var bomb = ""
            for index in 0..<20_000 { bomb += piece.hasSuffix("=") ? piece + "\(index)>" : piece }
            _ = HTMLText.read(bomb + "end")
        }
    }

    @Test("tags in any order are shown without a fault")
    func noise() {
        let pieces = [
            "<table>", "</table>", "<tr>", "<td>", "</td>", "<p>", "</p>", "<a href=x>", "</a>", "<b>", "</b>", "<i>",
            "<li>", "<ul>", "</ul>",
            "<select>", "</select>", "<option>", "<form>", "</form>", "<template>", "</template>", "<svg>", "<math>",
            "<mi>", "<title>",
            "<frameset>", "<isindex>", "<body x=y>", "<html a=b>", "</html>", "</body>", "<caption>", "<col>",
            "<colgroup>", "<tbody>", "x", "&#0;",
            "&amp", "<!--", "-->", "<![CDATA[", "]]>", "<script>", "</script>", "<textarea>", "</textarea>", "<nobr>",
            "<button>", "<h1>", "</h2>", "<br>",
            "</br>", "<image>", "<input type=hidden>", "<plaintext>", "<noscript>", "<iframe>", "<object>", "<marquee>",
            "<rp>", "<ruby>", "<dd>", "<dt>",
            "<foreignObject>", "<desc>", "<hr>", "<pre>\n", "\0", "<", "</", "<a", "<a b='", "<!doctype html>",
            "<head>", "</head>", "<base>", "<applet>",
        ]
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<4_000 {
            var html = ""
            for _ in 0..<Int.random(in: 1...40, using: &generator) {
                html += pieces.randomElement(using: &generator) ?? ""
            }
            _ = HTMLText.read(html)
        }
    }

    @Test("a message is shown by the body that is preferred, a picture by its name")
    func preferred() {
        let parsed = message(
            "Content-Type: multipart/mixed; boundary=m", "", "--m", "Content-Type: multipart/alternative; boundary=a",
            "", "--a", "",
            "plain", "--a", "Content-Type: text/html", "", "<p>rich", "--a--", "--m",
            "Content-Type: image/png; name=x.png", "", "png",
            "--m--")
        #expect(shown(parsed.readable()) == ["plain", "", "[image: x.png]"])
        #expect(shown(parsed.readable(prefersHTML: true)) == ["rich", "", "[image: x.png]"])
        #expect(shown(message("Content-Type: text/html", "", "<b>only</b>").readable()) == ["only"])
    }
}
