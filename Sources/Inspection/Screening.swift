/// The envelope with which a message comes to our server, as its MTA hook tells it.
package struct InboundEnvelope: Sendable, Hashable {
    /// The address of MAIL FROM; empty for a bounce.
    package var sender: String
    /// The addresses of RCPT TO.
    package var recipients: [String]
    /// Whether the server knows the sender as an account of its own: by a login, or by a submission through JMAP.
    package var isAuthenticated: Bool

    /// Makes an envelope.
    package init(sender: String, recipients: [String], isAuthenticated: Bool = false) {
        self.sender = sender
        self.recipients = recipients
        self.isAuthenticated = isAuthenticated
    }
}

/// One line of the explanation of a verdict.
package struct Symbol: Sendable, Hashable, Codable {
    /// The rule's id, such as `instruction-override`.
    package let name: String
    /// What it adds to the score, from 0 to 1.
    package let weight: Double
    /// What kind of thing it is, in a few words.
    package let title: String
    /// Why it fired, as a sentence for people.
    package let why: String
    /// How often it fired.
    package let count: Int
}

extension Report {
    /// The findings by rule, the heaviest first: what the score is made of.
    package var symbols: [Symbol] {
        var order: [String] = []
        var groups: [String: [Finding]] = [:]
        for finding in findings {
            if groups[finding.rule] == nil { order.append(finding.rule) }
            groups[finding.rule, default: []].append(finding)
        }
        return order.compactMap { rule in
            guard let group = groups[rule], let first = group.first else { return nil }
            return Symbol(
                name: rule, weight: (first.weight * 1000).rounded() / 1000, title: first.category.title,
                why: first.why, count: group.count)
        }
    }
}

/// What the mode `screen` makes of one message before the server accepts it.
package struct Screening: Sendable {
    /// `deliver`, `mark` or `quarantine`; nothing else.
    package let verdict: Verdict
    /// From 0, nothing, to 1.
    package let score: Double
    /// What the score is made of, the heaviest first.
    package let symbols: [Symbol]
    /// Everything that was found, with places.
    package let report: Report

    /// The symbols in one line of printable ASCII: `quarantine 0.93 instruction-override=0.9 hidden-text=0.24`; never
    /// longer than 400 characters, and free of anything that a sender wrote, so that it may go into a header or a log.
    package var summary: String {
        var line = "\(verdict.rawValue) \(score)"
        for symbol in symbols {
            let next = " \(symbol.name)=\(symbol.weight)"
            guard line.utf8.count + next.utf8.count <= 400 else { break }
            line += next
        }
        return line
    }
}

extension Inspector {
    /// Judges a message that the server has not accepted yet: the one call of a hook at DATA.
    ///
    /// It never fails, may be called from any thread, and takes at most ``Budget/milliseconds`` of computing; what cannot be
    /// read in that time is a finding. `deliver` and `mark` are accepted as they are; `quarantine` is to be diverted. Who
    /// cannot ask (the guard is down) must answer for a while only (451), never deliver.
    ///
    /// - Parameters:
    ///   - bytes: The message as it came, header and body.
    ///   - envelope: What SMTP or the submission says, not the headers.
    ///   - context: Own domains, names of our server in Authentication-Results, addresses known before.
    package func screen(_ bytes: [UInt8], envelope: InboundEnvelope, context: InboundContext = InboundContext())
        -> Screening
    {
        let report = inspectInbound(bytes, context: context, envelope: envelope)
        return Screening(verdict: report.verdict, score: report.score, symbols: report.symbols, report: report)
    }
}
