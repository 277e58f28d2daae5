import FoundationEssentials
import TestSupport

/// Texts that try to drive a terminal, to hide, to reorder or to grow: each goes into every field that there is.
enum HostileTexts {
    private struct Payload: Decodable {
        let utf8: String?
        let base64: String?
    }

    /// Our own, and those beside the checkout where there are any.
    static let all: [String] = own + beside

    private static let beside: [String] = {
        guard let folder = Places.shared,
            let data = try? Data(contentsOf: URL(filePath: "\(folder)/corpora/escape/payloads.json")),
            let payloads = try? JSONDecoder().decode([Payload].self, from: data)
        else { return [] }
        return payloads.map { payload in
            payload.utf8
                ?? String(decoding: payload.base64.flatMap { Data(base64Encoded: $0) } ?? Data(), as: UTF8.self)
        }
    }()

    private static let own: [String] = controls + sequences + hidden + wide + long

    private static let controls =
        (0..<0x20).map { "a\(String(Unicode.Scalar(UInt8($0))))z" }
        + (0x7F..<0xA0).map { "a\(String(Unicode.Scalar(UInt8($0))))z" }

    /// What terminals obey: sequences with seven bits and, by the byte U+009B and its kin, with eight.
    private static let sequences: [String] = {
        let bodies = [
            "[2J", "[H", "[1;1H", "[31m", "[8m", "[?25l", "[?1049h", "[?1049l", "[6n", "[c", "[>c", "[5n", "[21t",
            "[3J",
            "[1;5r", "[4h", "[20h", "[!p", "[99999999999C", "[38;5", "[\"p", "[?2004l", "[201~", "[200~",
            "]0;owned\u{7}", "]2;owned\u{1B}\\", "]52;c;aGk=\u{7}", "]52;c;?\u{7}", "]8;;https://evil.example\u{7}",
            "]4;1;red\u{7}", "]10;?\u{7}", "]1337;File=:x\u{7}", "]777;notify;a;b\u{7}", "]9;hi\u{7}", "]133;A\u{7}",
            "]0;never ended", "P$q\"p\u{1B}\\", "Pq#0~\u{1B}\\", "^x\u{1B}\\", "_Gx\u{1B}\\", "Xx\u{1B}\\", "c", "#8",
            "(0", ")0", "7", "8", "D", "M", "E", "N", "O", "Z", "=", ">", "k\u{1B}\\", "%G", "%@", "n", "|",
        ]
        let short: [Character: String] = [
            "[": "\u{9B}", "]": "\u{9D}", "P": "\u{90}", "^": "\u{9E}", "_": "\u{9F}", "X": "\u{98}",
        ]
        return bodies.map { "a\u{1B}\($0)z" }
            + bodies.compactMap { body in
                body.first.flatMap { short[$0] }.map { "a\($0)\(body.dropFirst())z" }
            }
    }()

    private static let hidden = [
        "invoice_\u{202E}fdp.exe", "\u{202D}a\u{202C}b", "\u{2066}a\u{2069}\u{2067}b\u{2069}\u{2068}c\u{2069}",
        "\u{200E}a\u{200F}b\u{61C}c", "pass\u{200B}word", "pass\u{AD}word", "pass\u{2060}word", "pass\u{FEFF}word",
        "a\u{E0001}\u{E0068}\u{E0069}\u{E007F}z", "\u{1F3F4}\u{E0067}\u{E0062}\u{E007F}", "a\u{3164}\u{115F}\u{1160}z",
        "a\u{2028}b\u{2029}c", "a\u{FFF9}b\u{FFFA}c\u{FFFB}", "a\u{E000}\u{F8FF}\u{10FFFD}z", "a\u{FFFE}\u{FFFF}z",
        "a\u{180E}\u{17B4}\u{34F}\u{2062}z", "a\u{FE0F}\u{FE00}\u{E0100}z", "\u{200D}\u{200D}\u{200D}", "a\u{85}b",
    ]

    private static let wide = [
        "\u{65E5}\u{672C}\u{8A9E}", "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{200D}\u{1F466}",
        "\u{1F1E9}\u{1F1EA}",
        "\u{1F1E9}", "\u{1F44D}\u{1F3FD}", "\u{1F3FD}", "\u{263A}\u{FE0F}", "1\u{FE0F}\u{20E3}", "\u{2764}\u{FE0F}",
        "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", "\u{1100}\u{1161}\u{11A8}", "\u{AC01}",
        "\u{E01}\u{E33}\u{E49}", "\u{915}\u{94D}\u{937}\u{93F}", "\u{627}\u{644}\u{639}", "\u{5D0}\u{5B8}\u{5D1}",
        "e\u{301}", "\u{301}\u{302}alone", "a" + String(repeating: "\u{301}", count: 200), "\u{FDFD}", "\u{2E3B}",
        "\u{FF21}\u{FF22}", "\u{FFE0}", "\u{20A9}", "\u{1F600}\u{1F600}", "\u{1F9D1}\u{200D}\u{1F4BB}", "\u{FB03}",
    ]

    private static let long = [
        String(repeating: "W", count: 5_000), String(repeating: "\u{1B}[2J", count: 500),
        String(repeating: "\u{1F468}\u{200D}", count: 300), String(repeating: "\u{202E}", count: 400),
        String(repeating: "\n", count: 300), String(repeating: "a b ", count: 2_000), "", " ", "\t\t\t", "\r\n\r\n",
        "  leading and trailing  ", String(repeating: "\u{65E5}", count: 600),
    ]
}
