/// How much mail is taken at RCPT: the limits that a new server has. They are switched off until an administrator turns
/// them on, since the sample workspace and tests send more.
extension Server {
    /// The limits of a new server, as the real one has them.
    static let throttles: [JSONObject] = [
        [
            "enable": false, "description": "Sender IP throttle", "key": ["remoteIp": true],
            "match": ["match": [:], "else": "true"], "rate": ["count": 5, "period": 1_000],
        ],
        [
            "enable": false, "description": "Sender address to recipient throttle",
            "key": ["senderDomain": true, "rcpt": true], "match": ["match": [:], "else": "true"],
            "rate": ["count": 25, "period": 3_600_000],
        ],
    ]

    /// Makes the limits of a server that never had any.
    func makeThrottles() throws {
        guard !directory.hasHad(.throttle) else { return }
        for throttle in Self.throttles { _ = try directory.add(.throttle, throttle) }
    }

    /// x:MtaInboundThrottle/get.
    func throttleGet(_ call: inout Call) throws -> JSONObject {
        try objectGet(.throttle, call) { _, object in object }
    }

    /// x:MtaInboundThrottle/query.
    func throttleQuery(_ call: inout Call) throws -> JSONObject {
        try objectQuery(.throttle, call, filters: []) { _, _, _, _ in true }
    }

    /// x:MtaInboundThrottle/set.
    func throttleSet(_ call: inout Call) throws -> JSONObject {
        func checked(_ object: JSONObject) throws(SetError) -> JSONObject {
            guard object["enable"]?.bool != nil, let rate = object["rate"], let count = rate["count"]?.integer,
                let period = rate["period"]?.integer, count > 0, period > 0, object["key"]?.object != nil
            else { throw SetError("invalidPatch", "Invalid value for property.", properties: ["rate"]) }
            var kept = object
            kept["createdAt"] = nil
            return kept
        }
        return try objectSet(
            .throttle, call,
            ObjectRules(
                create: { object, _ in (try checked(object), [:]) }, update: { _, _, new in try checked(new) },
                destroy: { _, _ in }))
    }

    /// Counts a message from a sender to a recipient; whether it is one too many.
    func isThrottled(from sender: String, to recipient: String) -> Bool {
        let now = Timestamp.now
        var isOver = false
        for id in directory.ids(.throttle) {
            guard let object = directory.object(.throttle, id), object["enable"]?.bool == true,
                let key = object["key"]?.object, key["rcpt"]?.bool == true || key["senderDomain"]?.bool == true,
                let count = object["rate"]?["count"]?.integer, let period = object["rate"]?["period"]?.integer
            else { continue }
            var name = "\(id)"
            if key["senderDomain"]?.bool == true {
                name += " \(sender.split(separator: "@").last.map { $0.lowercased() } ?? "")"
            }
            if key["rcpt"]?.bool == true { name += " \(recipient.lowercased())" }
            var window = taken[name] ?? (now, 0)
            if now - window.since >= max(1, Int(clamping: period / 1000)) { window = (now, 0) }
            isOver = isOver || window.count >= Int(clamping: count)
            window.count += 1
            taken[name] = window
        }
        return isOver
    }
}
