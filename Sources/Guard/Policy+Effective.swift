import Configuration

extension Policy {
    /// One value of the policy with the place that it comes from.
    package struct Value: Sendable, Hashable {
        /// The key as the file writes it, such as `messages-an-hour`.
        package let key: String
        /// As the file writes it.
        package let text: String
        /// The table that says so, such as `agent.ada@example.com`; nil where the program does.
        package let table: String?
        /// Its line in the file; nil where the program says so.
        package let line: Int?
    }

    private struct Key: Sendable {
        let name: String
        let text: @Sendable (Rules) -> String?
        /// How strict it is, where the floor may be stricter.
        let rank: @Sendable (Rules) -> Int?

        init(
            _ name: String, _ text: @escaping @Sendable (Rules) -> String?,
            rank: @escaping @Sendable (Rules) -> Int? = { _ in nil }
        ) {
            (self.name, self.text, self.rank) = (name, text, rank)
        }

        /// A limit: the smaller one is the stricter.
        init(_ name: String, limit: @escaping @Sendable (Rules) -> Int?) {
            self.init(name, { limit($0).map { "\($0)" } }, rank: { limit($0).map { -$0 } })
        }
    }

    private static let keys: [Key] = [
        Key("mode", { $0.mode?.rawValue }, rank: { $0.mode?.strictness }),
        Key("refuse", { $0.isRefused.map { "\($0)" } }, rank: { $0.isRefused.map { $0 ? 1 : 0 } }),
        Key("approvals", { $0.approvals.map { "\($0)" } }, rank: { $0.approvals }),
        Key("deadline", { $0.deadline.map { time($0) } }, rank: { $0.deadline.map { -$0 } }),
        Key("copy-to", { $0.copyTo.map { $0.joined(separator: ", ") } }),
        Key("recipients", limit: { $0.recipients }),
        Key("messages-an-hour", limit: { $0.messagesAnHour }),
        Key("messages-a-day", limit: { $0.messagesADay }),
        Key("recipients-an-hour", limit: { $0.recipientsAnHour }),
        Key("recipients-a-day", limit: { $0.recipientsADay }),
        Key("turns", limit: { $0.turns }),
        Key("inbound", { $0.inbound?.rawValue }, rank: { $0.inbound.map { $0 == .screen ? 1 : 0 } }),
        Key("until", { $0.until.map { EndDate.text($0) } }),
    ]

    /// What the program says where no table does.
    private static let builtIn: Rules = {
        var rules = Rules()
        rules.mode = .reviewOutside
        rules.isRefused = false
        rules.approvals = 1
        rules.deadline = 48 * 3_600
        rules.turns = 10
        rules.recipients = 50
        rules.inbound = .advise
        return rules
    }()

    /// A span as the file writes it.
    private static func time(_ seconds: Int) -> String {
        for (unit, length) in [("d", 86_400), ("h", 3_600), ("m", 60)] where seconds % length == 0 && seconds >= length
        {
            // A day is written as hours as long as people speak of it so.
            if unit == "d", seconds < 3 * 86_400 { continue }
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }

    /// What holds for the workspace, for an agent, or for its mail to a recipient: each value with its place.
    ///
    /// A value that nobody has set, and that limits nothing, is left out.
    package func effective(agent: String? = nil, recipient: String? = nil, at now: Int64) -> [Value] {
        var order: [(table: String, rules: Rules)] = []
        if let recipient, let found = rules(ofRecipient: recipient, at: now) {
            order.append(("recipient.\(found.name)", found.rules))
        }
        if let agent = agent?.lowercased() {
            if let rules = agents[agent] { order.append(("agent.\(agent)", rules)) }
            let domain = OutboundEnvelope.domain(of: agent)
            if let rules = domains[domain] { order.append(("domain.\(domain)", rules)) }
        }
        order.append(("workspace", workspace))
        return Self.keys.flatMap { key -> [Value] in
            let chosen = order.first { key.text($0.rules) != nil }
            var found: [Value] = []
            if let chosen, let text = key.text(chosen.rules) {
                found = [value(key.name, text, chosen.table)]
            } else if let text = key.text(Self.builtIn) {
                found = [Value(key: key.name, text: text, table: nil, line: nil)]
            }
            guard let floor = key.text(floor) else { return found }
            let held = value(key.name, floor, "floor")
            // Copies of the floor come beside the others.
            guard key.name != "copy-to" else { return found + [held] }
            let own = key.rank(chosen?.rules ?? Self.builtIn)
            return (key.rank(self.floor) ?? .min) > (own ?? .min) ? [held] : found
        }
    }

    /// What one table says by itself.
    package func values(of table: String, _ rules: Rules) -> [Value] {
        Self.keys.compactMap { key in key.text(rules).map { value(key.name, $0, table) } }
    }

    private func value(_ key: String, _ text: String, _ table: String) -> Value {
        let path = "\(table).\(key)".lowercased()
        // `allow = true` is how a recipient's mode may be written.
        let line = lines[path] ?? (key == "mode" ? lines["\(table).allow".lowercased()] : nil)
        return Value(key: key, text: text, table: table, line: line)
    }
}

extension PolicyReading {
    /// Reads a policy's file.
    package static func read(_ path: String) -> PolicyReading {
        do throws(ConfigurationError) { return .good(try Policy.load(path)) } catch { return .fault(error.sentence) }
    }
}
