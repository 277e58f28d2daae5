/// Calls that go to the server together, in order (RFC 8620, 3.3).
///
///     var request = Request()
///     let found = request.call(EmailQuery(account: me, sort: [.newestFirst], limit: 50))
///     let rows = request.call(EmailGet(account: me, ids: .reference(found, "/ids"), properties: EmailProperty.row))
///     let emails = try await client.send(request).get(rows).list
///
/// More calls or objects than the server takes at once become several requests; only calls that build on each other
/// must fit into one.
package struct Request: Sendable {
    /// One call, with what is needed to divide it.
    struct Entry: Sendable {
        /// The id that the caller's `PendingCall` holds.
        let id: String
        let name: String
        let capabilities: [Capability]
        /// The arguments in pieces that stay inside the limits; nil when they cannot be divided so.
        let pieces: @Sendable (SessionLimits) -> [[String: JSON]]?
    }

    private(set) var entries: [Entry] = []
    /// Ids of objects that earlier requests made, by the name that their caller gave them; usable as `#name` here.
    package var createdIDs: [CreationID: String]?

    /// A request without calls.
    package init(createdIDs: [CreationID: String]? = nil) {
        self.createdIDs = createdIDs
    }

    /// Whether there is nothing to ask.
    package var isEmpty: Bool { entries.isEmpty }

    /// Adds a call.
    @discardableResult
    package mutating func call<Method: MethodCall>(_ method: Method) -> PendingCall<Method> {
        let id = String(entries.count)
        entries.append(
            Entry(id: id, name: method.name, capabilities: method.capabilities) { limits in
                method.divided(within: limits)?.map(\.arguments)
            })
        return PendingCall(id: id, name: method.name)
    }
}

/// Requests as they go over the wire, each inside the session's limits.
struct WireRequests {
    /// The bodies without `createdIds`, in order: names of capabilities, and calls as JSON bytes.
    struct Batch {
        var using: Set<Capability> = [.core]
        var calls: [[UInt8]] = []
        var size = 0
    }

    /// In order.
    private(set) var batches: [Batch] = []

    /// Divides a request; throws `tooLarge` when calls that belong together do not fit.
    init(_ request: Request, limits: SessionLimits, place: String) throws(JMAPError) {
        let entries = try request.entries.map { (entry) throws(JMAPError) in
            guard let pieces = entry.pieces(limits) else {
                throw JMAPError(.tooLarge, place: place, method: entry.name, detail: "it cannot be divided")
            }
            return (entry: entry, pieces: pieces)
        }
        let divided = Set(entries.filter { $0.pieces.count > 1 }.map(\.entry.id))
        // For each entry, the first entry that it builds on: no cut may lie between them.
        var calls: [(entry: Request.Entry, bytes: [UInt8], needs: Int, index: Int)] = []
        for (index, item) in entries.enumerated() {
            for (part, arguments) in item.pieces.enumerated() {
                let needed = WireRequests.references(in: arguments)
                if let both = needed.first(where: divided.contains) {
                    throw JMAPError(
                        .tooLarge, place: place, method: item.entry.name,
                        detail: "it builds on call \(both), which has to be divided")
                }
                let id = part == 0 ? item.entry.id : "\(item.entry.id).\(part)"
                let call = JSON.array([.string(item.entry.name), .object(arguments), .string(id)])
                let needs = needed.compactMap { Int($0) }.min() ?? index
                calls.append((item.entry, call.encoded(), min(needs, index), index))
            }
        }
        var start = 0
        while start < calls.count {
            let end = try WireRequests.end(
                from: start, calls.map { ($0.bytes.count, $0.needs, $0.index) }, limits, place)
            var batch = Batch()
            for call in calls[start..<end] {
                batch.using.formUnion(call.entry.capabilities)
                batch.calls.append(call.bytes)
                batch.size += call.bytes.count + 1
            }
            batches.append(batch)
            start = end
        }
    }

    /// Room for what surrounds the calls: `using`, `createdIds`.
    private static let envelope = 2048

    /// Where the batch that begins with a call must end: as late as the limits allow, before a call that starts anew.
    private static func end(
        from start: Int, _ calls: [(size: Int, needs: Int, index: Int)], _ limits: SessionLimits, _ place: String
    ) throws(JMAPError) -> Int {
        var size = envelope
        var end = start
        while end < calls.count, end - start < limits.maxCallsInRequest {
            size += calls[end].size + 1
            if size > limits.maxSizeRequest { break }
            end += 1
        }
        // Move the cut forward over calls whose successors build on them.
        while end > start, end < calls.count {
            let boundary = calls[end].index
            guard calls[end...].contains(where: { $0.needs < boundary }) else { break }
            end -= 1
        }
        guard end > start else {
            throw JMAPError(
                .tooLarge, place: place,
                detail: "the server takes \(limits.maxCallsInRequest) calls and \(limits.maxSizeRequest) bytes")
        }
        return end
    }

    /// The ids of the calls that arguments refer to.
    private static func references(in arguments: [String: JSON]) -> [String] {
        arguments.compactMap { key, value in key.hasPrefix("#") ? value["resultOf"]?.string : nil }
    }

    /// The body of a batch.
    static func body(_ batch: Batch, createdIDs: [CreationID: String]?) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(batch.size + envelope)
        out += "{\"using\":".utf8
        JSON.strings(batch.using.sorted()).write(into: &out)
        out += ",\"methodCalls\":[".utf8
        for (index, call) in batch.calls.enumerated() {
            if index > 0 { out.append(0x2C) }
            out += call
        }
        out.append(0x5D)
        if let createdIDs {
            out += ",\"createdIds\":".utf8
            JSON.object(JSON.keyed(createdIDs.mapValues { .string($0) })).write(into: &out)
        }
        out.append(0x7D)
        return out
    }
}
