import Message

/// What sender and recipients of an outbound message show.
enum EnvelopeFindings {
    private static let manyRecipients = 50

    /// The findings; without an envelope the headers are taken for it.
    static func of(_ message: ParsedMessage, _ envelope: Envelope?) -> [Finding] {
        var result: [Finding] = []
        func add(
            _ rule: String, _ category: Category, _ severity: Severity, _ confidence: Double, _ part: String,
            _ why: String, _ excerpt: String = ""
        ) {
            result.append(
                Finding(
                    rule: rule, category: category, severity: severity, confidence: confidence, part: part,
                    excerpt: String(excerpt.prefix(200)), why: why))
        }
        let from = message.from
        let named = message.to + message.cc + message.bcc
        let recipients = envelope?.recipients ?? named.map(\.email)
        if recipients.count > manyRecipients {
            add("many-recipients", .recipient, .high, 0.6, "envelope", "It goes to \(recipients.count) recipients.")
        }
        if from.count > 1 { add("several-authors", .sender, .high, 0.7, "header:From", "It names several authors.") }
        let own = DomainLooks.domain(envelope?.sender ?? from.first?.email ?? "")
        if let sender = envelope?.sender?.lowercased(), let author = from.first?.email.lowercased(), author != sender {
            add("author-is-another", .sender, .high, 0.9, "header:From", "The author is not who sends it.", author)
        }
        if let sender = envelope?.sender?.lowercased(),
            let other = message.sender.map({ $0.email.lowercased() }).first(where: { $0 != sender })
        {
            add("sender-is-another", .sender, .high, 0.9, "header:Sender", "Sender is not who sends it.", other)
        }
        for (name, addresses) in [("Reply-To", message.replyTo), ("Sender", message.sender)] {
            for address in addresses where !own.isEmpty && DomainLooks.domain(address.email) != own {
                add(
                    "\(name.lowercased())-elsewhere", .sender, .medium, 0.6, "header:\(name)",
                    "\(name) is at another domain than the author.", address.email)
            }
        }
        for recipient in Set(recipients.prefix(2_000)) {
            let domain = DomainLooks.domain(recipient)
            if DomainLooks.isMixed(domain) {
                add(
                    "recipient-mixed-scripts", .recipient, .high, 0.6, "envelope",
                    "A recipient's domain has letters that look like others.", recipient)
            } else if DomainLooks.resembles(domain, own) {
                add(
                    "recipient-look-alike", .recipient, .high, 0.7, "envelope",
                    "A recipient's domain looks like the sender's and is another.", recipient)
            }
        }
        for address in named.prefix(2_000) where showsAnother(address) {
            add(
                "name-shows-another-address", .spoofing, .high, 0.6, "header:To",
                "A recipient's name shows another address than the one that it goes to.",
                "\(address.name ?? "") <\(address.email)>")
        }
        if let envelope {
            let known = Set(named.map { $0.email.lowercased() })
            let unnamed = envelope.recipients.filter { !known.contains($0.lowercased()) }
            if !unnamed.isEmpty, !known.isEmpty {
                add(
                    "hidden-recipients", .recipient, .low, 0.6, "envelope",
                    "It goes to \(unnamed.count) recipients whom no header names.", unnamed.joined(separator: ", "))
            }
        }
        return result
    }

    /// Whether a display name holds an address of another domain.
    static func showsAnother(_ address: MailAddress) -> Bool {
        guard let name = address.name, name.contains("@") else { return false }
        let inner = name.split { " <>()\"'".contains($0) }.first { $0.contains("@") && $0.contains(".") }
        guard let inner else { return false }
        return DomainLooks.domain(String(inner)) != DomainLooks.domain(address.email)
    }
}
