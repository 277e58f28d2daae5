package import Configuration
import FoundationEssentials

extension Policy {
    /// Reads the file of a policy; every fault is named with its file and line.
    package static func load(_ path: String) throws(ConfigurationError) -> Policy {
        switch readSmallFile(path, limit: Configuration.sizeLimit) {
        case .success(let bytes): return try decode(bytes, file: path)
        case .failure(let fault):
            throw ConfigurationError([
                .init(
                    .unreadable, file: path, message: "cannot be read, because \(fault.reason)",
                    cure: "name a readable file with --policy")
            ])
        }
    }

    /// Decodes a policy.
    package static func decode(_ bytes: [UInt8], file: String) throws(ConfigurationError) -> Policy {
        let faults = FaultList(file: file)
        let value = try TOMLValue.parse(bytes, file: file)
        let root = TableReader(value, path: "", faults: faults)
        var policy = Policy()
        policy.group = address(root, "group")
        policy.intake = address(root, "intake")
        policy.hook = root.table("hook").flatMap { hook($0, file: file) }
        policy.holdFor = seconds(root, "hold-for", in: 60...604_800) ?? policy.holdFor
        policy.lease = seconds(root, "lease", in: 2...600) ?? policy.lease
        policy.inside = Set((root.strings("inside") ?? []).map { $0.lowercased() })
        if let table = root.table("workspace") { policy.workspace = rules(table) }
        if let table = root.table("floor") { policy.floor = rules(table) }
        policy.domains = named(root, "domain")
        policy.agents = named(root, "agent")
        policy.recipients = named(root, "recipient", hasEnd: true)
        policy.reviewers = reviewers(root)
        root.finish()
        try faults.throwIfAny()
        policy.digest = Hex.sha256(bytes)
        collect(value, "", &policy.lines)
        return policy
    }

    /// Notes the line of every key.
    private static func collect(_ value: TOMLValue, _ path: String, _ lines: inout [String: Int]) {
        guard case .table(let entries) = value.content else { return }
        for entry in entries {
            let name = path.isEmpty ? entry.key : "\(path).\(entry.key)"
            lines[name.lowercased()] = entry.line
            collect(entry.value, name, &lines)
        }
    }

    private static func named(_ root: TableReader, _ key: String, hasEnd: Bool = false) -> [String: Rules] {
        guard let table = root.table(key) else { return [:] }
        var found: [String: Rules] = [:]
        for name in table.keys {
            guard let inner = table.table(name) else { continue }
            found[name.lowercased()] = rules(inner, hasEnd: hasEnd)
        }
        return found
    }

    private static func rules(_ table: TableReader, hasEnd: Bool = false) -> Rules {
        var rules = Rules()
        rules.mode = table.choice("mode", Mode.self)
        rules.approvals = table.integer("approvals", in: 1...20)
        rules.deadline = seconds(table, "deadline", in: 60...31_536_000)
        rules.messagesAnHour = table.integer("messages-an-hour", in: 0...1_000_000)
        rules.messagesADay = table.integer("messages-a-day", in: 0...10_000_000)
        rules.recipientsAnHour = table.integer("recipients-an-hour", in: 0...1_000_000)
        rules.recipientsADay = table.integer("recipients-a-day", in: 0...10_000_000)
        rules.turns = table.integer("turns", in: 1...10_000)
        rules.recipients = table.integer("recipients", in: 1...10_000)
        rules.isRefused = table.boolean("refuse")
        rules.inbound = table.choice("inbound", Inbound.self)
        rules.copyTo = addresses(table, "copy-to")
        if hasEnd {
            rules.until = end(table)
            allow(table, &rules)
        } else {
            for key in ["until", "allow"] {
                table.refuseKey(key, cure: "it goes with a recipient, [recipient.\"somebody@example.com\"]")
            }
        }
        table.finish()
        return rules
    }

    /// `allow = true`: mail to the recipient is held by findings alone.
    private static func allow(_ table: TableReader, _ rules: inout Rules) {
        guard table.boolean("allow") == true, let entry = table.entry("allow") else { return }
        guard rules.mode == nil, rules.isRefused != true else {
            table.refuse(
                entry, .wrongValue, "does not go with mode or refuse",
                cure: "keep one of them; allow is the same as mode = \"by-findings\"")
            return
        }
        rules.mode = .byFindings
    }

    /// The last day, or the moment, of `until`.
    private static func end(_ table: TableReader) -> Int64? {
        guard let entry = table.entry("until") else { return nil }
        let text: String? =
            switch entry.value.content {
            case .time(let text), .string(let text): text
            default: nil
            }
        if let text, text.last != "d", let end = EndDate.parse(text, now: 0) { return end }
        table.refuse(
            entry, .wrongValue, text.map { "is “\($0)”" } ?? "is \(entry.value.typeName)",
            cure: "write the last day, such as until = 2026-12-31")
        return nil
    }

    private static func addresses(_ table: TableReader, _ key: String) -> [String]? {
        guard let texts = table.strings(key), let entry = table.entry(key) else { return nil }
        let found = texts.filter(isAddress).map(OutboundEnvelope.canonical)
        guard found.count == texts.count, found.count <= 20 else {
            table.refuse(
                entry, .wrongValue, "holds what is no address, or more than 20",
                cure: "write addresses such as [\"owner@example.com\"]")
            return nil
        }
        return found
    }

    private static func isAddress(_ text: String) -> Bool {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        return halves.count == 2 && halves.allSatisfy { !$0.isEmpty }
            && !text.contains { $0.isWhitespace || $0 == "<" || $0 == ">" || $0 == "," }
    }

    private static func hook(_ table: TableReader, file: String) -> Hook? {
        let address = table.string("address")
        let secret = Configuration.secret(table, "secret", file: file)
        if address == nil { table.require("address", cure: "add address = \"127.0.0.1:8645\"") }
        if secret == nil {
            table.require(
                "secret-file", cure: "add secret-file or secret-command: what the server sends as its bearer token")
        }
        table.finish()
        guard let address, let secret else { return nil }
        return Hook(address: address, secret: secret)
    }

    private static func reviewers(_ root: TableReader) -> [Reviewer] {
        guard let entry = root.entry("reviewer") else { return [] }
        guard case .array(let values) = entry.value.content else {
            root.refuse(entry, .wrongType, "is \(entry.value.typeName)", cure: "write each as a table, [[reviewer]]")
            return []
        }
        var found: [Reviewer] = []
        for value in values {
            let table = TableReader(value, path: "reviewer", faults: root.faults)
            let address = address(table, "address")
            let key = table.string("key")
            if address == nil { table.require("address", cure: "add address = \"name@example.com\"") }
            if key == nil { table.require("key", cure: "add the line that agenticmail review enroll prints") }
            table.finish()
            guard let address, let key, let keyEntry = table.entry("key") else { continue }
            guard let bytes = publicKey(key) else {
                table.refuse(
                    keyEntry, .wrongValue, "is no public key", cure: "write the line that review enroll prints")
                continue
            }
            guard !found.contains(where: { $0.address == address || $0.publicKey == bytes }) else {
                table.refuse(
                    keyEntry, .wrongValue, "belongs to a reviewer who is there already",
                    cure: "give each person one address and one key")
                continue
            }
            found.append(Reviewer(address: address, publicKey: bytes))
        }
        return found
    }

    /// A public key as `review enroll` prints it: `ed25519:` and base64.
    package static func publicKey(_ text: String) -> [UInt8]? {
        guard text.hasPrefix("ed25519:"), let data = Data(base64Encoded: String(text.dropFirst(8))), data.count == 32
        else { return nil }
        return Array(data)
    }

    private static func address(_ table: TableReader, _ key: String) -> String? {
        guard let text = table.string(key) else { return nil }
        guard text.split(separator: "@").count == 2, let entry = table.entry(key) else {
            if let entry = table.entry(key) {
                table.refuse(entry, .wrongValue, "is “\(text)”", cure: "write an address such as review@example.com")
            }
            return nil
        }
        _ = entry
        return OutboundEnvelope.canonical(text)
    }

    /// A time such as `90s`, `30m`, `48h` or `7d`.
    private static func seconds(_ table: TableReader, _ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = table.string(key), let entry = table.entry(key) else { return nil }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()),
            number >= 0, number <= 31_536_000, range.contains(number * unit)
        else {
            table.refuse(
                entry, .wrongValue, "is “\(text)”",
                cure: "write a time from \(range.lowerBound)s to \(range.upperBound / 3_600)h, such as 90s, 30m or 48h")
            return nil
        }
        return number * unit
    }
}
