/// One event of a `text/event-stream`.
package struct ServerSentEvent: Sendable, Hashable {
    /// The event's name; `message` when the stream gave none.
    package let name: String
    /// The data lines, joined by line feeds.
    package let data: String
    /// The last id that the stream gave, "" before the first.
    package let id: String

    /// Makes an event; tests and the sandbox make their own.
    package init(name: String, data: String, id: String = "") {
        self.name = name
        self.data = data
        self.id = id
    }
}

/// Reads a `text/event-stream` in pieces of any size (the HTML standard, "Interpreting an event stream").
///
/// Lines end in LF, CR or CRLF, also where a piece ends between CR and LF; a byte order mark at the start is passed
/// over; text is decoded a line at a time, so that a piece may end inside a character.
package struct EventSourceParser: Sendable {
    /// The stream holds more than a line or an event may.
    package struct TooLong: Error, Sendable, Hashable {
        /// The limit in bytes.
        package let limit: Int

        /// Makes an error.
        package init(limit: Int) {
            self.limit = limit
        }
    }

    /// The longest line, and the longest data of one event, in bytes.
    private let limit: Int
    /// What has come of the line that is not complete yet.
    private var line: [UInt8] = []
    /// Whether the last byte was a CR, so that an LF now belongs to it.
    private var afterReturn = false
    /// Whether no line has been complete yet: a byte order mark may still come.
    private var atStart = true
    /// The fields of the event that is not complete yet.
    private var name = ""
    private var data: [UInt8] = []
    private var hasData = false
    /// The last id, which stays until another comes.
    private var lastID = ""
    /// The wait in milliseconds before connecting again that the stream asked for last.
    package private(set) var retryMilliseconds: Int?

    /// Makes a parser.
    package init(limit: Int = 1 << 20) {
        self.limit = limit
    }

    /// Takes the next bytes and gives the events that they complete.
    package mutating func feed(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            if byte == 0x0A, afterReturn {
                afterReturn = false
                continue
            }
            afterReturn = byte == 0x0D
            if byte == 0x0A || byte == 0x0D {
                if let event = try endLine() { events.append(event) }
            } else {
                guard line.count < limit else { throw TooLong(limit: limit) }
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() throws(TooLong) -> ServerSentEvent? {
        var text = line[...]
        if atStart, text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
        atStart = false
        defer { line.removeAll(keepingCapacity: true) }
        guard !text.isEmpty else { return dispatch() }
        let colon = text.firstIndex(of: 0x3A) ?? text.endIndex
        let field = text[..<colon]
        var value = text[colon...].dropFirst()
        if value.first == 0x20 { value = value.dropFirst() }
        try take(field, value)
        return nil
    }

    private mutating func take(_ field: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) throws(TooLong) {
        switch String(decoding: field, as: UTF8.self) {
        case "event": name = String(decoding: value, as: UTF8.self)
        case "data":
            if hasData { data.append(0x0A) }
            hasData = true
            guard data.count + value.count <= limit else { throw TooLong(limit: limit) }
            data += value
        case "id" where !value.contains(0): lastID = String(decoding: value, as: UTF8.self)
        case "retry" where !value.isEmpty && value.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }:
            if let number = Int(String(decoding: value, as: UTF8.self)) { retryMilliseconds = number }
        default: break  // A comment (empty name) or a field that nobody knows.
        }
    }

    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            name = ""
            data.removeAll(keepingCapacity: true)
            hasData = false
        }
        guard hasData else { return nil }
        return ServerSentEvent(
            name: name.isEmpty ? "message" : name, data: String(decoding: data, as: UTF8.self), id: lastID)
    }
}
