import CCurl
import Glibc

/// What curl calls, on the engine's thread.
///
/// The context is the transfer, which the engine holds while curl has its handle.
extension Transfer {
    private static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    static let headerFunction: ccurl_data_function = { bytes, size, count, context in
        guard let transfer = Transfer.from(context), let bytes else { return 0 }
        return transfer.take(headerLine: UnsafeRawBufferPointer(start: bytes, count: size * count))
    }

    static let writeFunction: ccurl_data_function = { bytes, size, count, context in
        guard let transfer = Transfer.from(context), let bytes else { return 0 }
        return transfer.take(body: UnsafeRawBufferPointer(start: bytes, count: size * count))
    }

    static let readFunction: ccurl_data_function = { bytes, size, count, context in
        guard let transfer = Transfer.from(context), let bytes else { return ccurl_read_abort }
        return transfer.give(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }

    static let seekFunction: ccurl_seek_function = { context, offset, origin in
        guard let transfer = Transfer.from(context), origin == SEEK_SET, offset >= 0 else {
            return Int32(CURL_SEEKFUNC_FAIL)
        }
        transfer.uploadOffset = Int64(offset)
        return Int32(CURL_SEEKFUNC_OK)
    }

    /// Lets a request be sent once: when a kept connection turns out to be dead, curl would send it again by itself, and
    /// an act could be done twice. A read may be sent again.
    static let beforeFunction: ccurl_before_function = { context, _, _, _, _ in
        guard let transfer = Transfer.from(context) else { return Int32(CURL_PREREQFUNC_ABORT) }
        transfer.timesSent += 1
        if transfer.timesSent > 1, transfer.request.method != .get {
            transfer.stopped = transfer.failure(.cut)
            return Int32(CURL_PREREQFUNC_ABORT)
        }
        return Int32(CURL_PREREQFUNC_OK)
    }

    /// Stops the transfer for a reason: curl takes a count other than the one it gave for an error.
    private func stop(_ code: HTTPError.Code, detail: String = "") -> Int {
        stopped = failure(code, detail: detail)
        return 0
    }

    private func take(headerLine line: UnsafeRawBufferPointer) -> Int {
        lastActivity = .now
        switch collector.take(line) {
        case .more: break
        case .tooLong: return stop(.headersTooLarge)
        case .malformed: return stop(.malformed, detail: "the status line is not one")
        case .complete(let status, let headers):
            let head = HTTPResponseHead(status: status, headers: headers, place: target.place)
            self.head = head
            if case .events(let channel) = sink, head.failure == nil { channel.put([.opened(head)]) }
            if case .memory = sink, let length = headers["Content-Length"].flatMap({ Int($0) }), length > 0 {
                // What the server promises is believed only as far as it costs nothing.
                body.reserveCapacity(min(length, request.limits.bodyBytes, 1 << 20))
            }
        }
        return line.count
    }

    private func take(body bytes: UnsafeRawBufferPointer) -> Int {
        lastActivity = .now
        guard let head else { return stop(.malformed, detail: "a body before its head") }
        switch sink {
        case .events(let channel) where head.failure == nil:
            guard !channel.isFull else {
                isPaused = true
                return ccurl_write_pause
            }
            return take(events: bytes, channel)
        case .file(let file) where head.failure == nil:
            guard fits(bytes.count, limit: request.limits.bodyBytes) else { return tooLarge() }
            if let why = file.write(bytes) { return stop(.file, detail: why) }
        case .memory:
            guard fits(bytes.count, limit: request.limits.bodyBytes) else { return tooLarge() }
            body.append(contentsOf: bytes)
        case .events, .file:
            // The text of a refusal is not wanted here; a short one is read so that the connection can be kept.
            guard fits(bytes.count, limit: min(request.limits.bodyBytes, 1 << 16)) else { return tooLarge() }
        }
        return bytes.count
    }

    private func take(events bytes: UnsafeRawBufferPointer, _ channel: EventChannel) -> Int {
        do {
            channel.put(try parser.feed(bytes).map { .event($0) })
            return bytes.count
        } catch {
            return stop(.tooLarge, detail: "an event of more than \(error.limit) bytes")
        }
    }

    private func fits(_ count: Int, limit: Int) -> Bool {
        guard count <= limit, bodyBytes <= limit - count else { return false }
        bodyBytes += count
        return true
    }

    private func tooLarge() -> Int {
        stop(.tooLarge, detail: "more than \(request.limits.bodyBytes) bytes")
    }

    private func give(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard case .file(let file) = request.body else { return 0 }
        let wanted = min(buffer.count, Int(clamping: file.size - uploadOffset))
        guard wanted > 0, let start = buffer.baseAddress else { return 0 }
        while true {
            let count = pread(file.descriptor, start, wanted, off_t(uploadOffset))
            if count > 0 {
                uploadOffset += Int64(count)
                return count
            }
            if count < 0, errno == EINTR { continue }
            stopped = failure(.file, detail: "the file became shorter or cannot be read while it was sent")
            return ccurl_read_abort
        }
    }
}
