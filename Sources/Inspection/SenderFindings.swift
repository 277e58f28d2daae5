import Message

/// What the sender of an inbound message shows, and where the message comes from.
struct SenderFindings {
    private(set) var findings: [Finding] = []
    private(set) var origin = Origin.firstContact

    init(
        _ message: ParsedMessage, _ context: InboundContext, _ envelope: InboundEnvelope?,
        links: [(text: String, target: String, part: String)]
    ) {
        let from = message.from
        let author = from.first?.email.lowercased() ?? ""
        let domain = DomainLooks.domain(author)
        let isLoggedIn = envelope.map { $0.isAuthenticated && $0.sender.lowercased() == author } ?? false
        let isVouched = authenticate(message, context, domain) || isLoggedIn
        if isVouched, context.ownDomains.contains(domain) {
            origin = .inside
        } else if isVouched, context.knownAddresses.contains(author) {
            origin = .known
        }
        if envelope != nil, !isVouched, context.ownDomains.contains(domain) {
            add(
                "claims-to-be-inside", .spoofing, .high, 0.6, "header:From",
                "The author's address is one of this workspace, and nobody vouches for it.", author)
        }
        for address in from where EnvelopeFindings.showsAnother(address) {
            add(
                "name-shows-another-address", .spoofing, .high, 0.55, "header:From",
                "The author's name shows another address than the one that wrote.",
                "\(address.name ?? "") <\(address.email)>")
        }
        if DomainLooks.isMixed(domain) {
            add(
                "author-mixed-scripts", .spoofing, .medium, 0.6, "header:From",
                "The author's domain has letters that look like others.", author)
        }
        let known = context.ownDomains.union(context.knownAddresses.map(DomainLooks.domain))
        let recipients = Set((message.to + message.cc).prefix(200).map { DomainLooks.domain($0.email) })
        if known.union(recipients).contains(where: { DomainLooks.resembles(domain, $0) }) {
            add(
                "author-look-alike", .spoofing, .high, 0.6, "header:From",
                "The author's domain looks like one that is known and is another.", author)
        }
        for reply in message.replyTo
        where !domain.isEmpty && !Self.isSameOrganisation(DomainLooks.domain(reply.email), domain) {
            add(
                "reply-to-elsewhere", .spoofing, .low, 0.5, "header:Reply-To",
                "Answers go to another domain than the author's.", reply.email)
        }
        deceptiveLinks(links)
    }

    private mutating func add(
        _ rule: String, _ category: Category, _ severity: Severity, _ confidence: Double, _ part: String, _ why: String,
        _ excerpt: String = ""
    ) {
        findings.append(
            Finding(
                rule: rule, category: category, severity: severity, confidence: confidence, part: part,
                excerpt: String(excerpt.prefix(200)), why: why))
    }

    private static func isSameOrganisation(_ one: String, _ other: String) -> Bool {
        one == other || one.hasSuffix(".\(other)") || other.hasSuffix(".\(one)")
    }

    /// Reads what our own server says of the author, and nobody else's word; whether it vouches for the domain.
    private mutating func authenticate(_ message: ParsedMessage, _ context: InboundContext, _ domain: String) -> Bool {
        guard let field = message.headers.first(where: { $0.key == "authentication-results" }) else { return false }
        let text = field.text.lowercased()
        let authority = text.prefix { $0 != ";" && $0 != " " }
        guard context.authorities.contains(String(authority)) else { return false }
        let results = text.split(separator: ";").dropFirst().map { $0.trimmingPrefix { $0 == " " } }
        func result(_ method: String) -> Substring? {
            results.first { $0.hasPrefix("\(method)=") }.map { $0.dropFirst(method.count + 1).prefix { $0.isLetter } }
        }
        if result("dmarc") == "fail" {
            add(
                "dmarc-failed", .authentication, .high, 0.6, "header:Authentication-Results",
                "Our server says that the author's domain did not send it.", domain)
        } else if result("spf") == "fail", result("dkim") != "pass" {
            add(
                "spf-failed", .authentication, .medium, 0.6, "header:Authentication-Results",
                "Our server says that the sending host may not send for the domain.", domain)
        }
        return result("dmarc") == "pass"
    }

    /// A link that shows one domain and leads to another.
    private mutating func deceptiveLinks(_ links: [(text: String, target: String, part: String)]) {
        for link in links {
            let shown = Self.host(link.text.contains("://") ? link.text : "https://\(link.text)")
            guard let shown, link.text.split(separator: " ").count == 1, let target = Self.host(link.target),
                !Self.isSameOrganisation(Self.withoutWWW(shown), Self.withoutWWW(target)), !target.contains("track"),
                !target.contains("click")
            else { continue }
            add(
                "link-shows-another", .spoofing, .low, 0.6, link.part,
                "A link shows \(shown.prefix(60)) and leads to \(target.prefix(60)).")
            return
        }
    }

    private static func withoutWWW(_ host: String) -> String {
        host.hasPrefix("www.") ? String(host.dropFirst(4)) : host
    }

    private static func host(_ text: String) -> String? {
        guard let scheme = text.firstRange(of: "://") else { return nil }
        let host = text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != ":" && $0 != " " }
        guard host.contains("."), !host.contains("@"),
            host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") })
        else { return nil }
        let last = host.split(separator: ".").last ?? ""
        return last.count >= 2 && last.allSatisfy(\.isLetter) ? host.lowercased() : nil
    }
}
