import CCurl
import Synchronization

/// One request under way, over its redirects.
///
/// `@unchecked Sendable`: what is mutable belongs to the engine's thread from `start` to the call of `finish`;
/// before and after that nobody uses it but for `isCancelled`, which is atomic.
final class Transfer: @unchecked Sendable {
    /// Where the body goes.
    enum Sink {
        case memory
        case file(DownloadFile)
        case events(EventChannel)
    }

    /// What came.
    struct Outcome: Sendable {
        let head: HTTPResponseHead
        /// The body, where it was collected in memory.
        let body: [UInt8]
        /// The size of the body.
        let bodyBytes: Int
    }

    typealias Result = Swift.Result<Outcome, HTTPError>

    let request: PreparedRequest
    let sink: Sink
    /// Set by whoever gives up, read before the start.
    let isCancelled = Atomic<Bool>(false)

    /// Called once with what came; set by the engine.
    var finish: ((Result) -> Void)?
    /// The handle, while curl drives it.
    var easy: UnsafeMutableRawPointer?
    /// The header lines in curl's form, freed with the handle.
    var headerList: UnsafeMutablePointer<curl_slist>?
    /// Where the request goes now, after redirects.
    var target: HTTPTarget
    var redirects = 0
    /// How often curl began to send the request to this place.
    var timesSent = 0
    /// How far the request's body was read.
    var uploadOffset: Int64 = 0

    /// The answer so far.
    var collector: HeadCollector
    var head: HTTPResponseHead?
    var body: [UInt8] = []
    var bodyBytes = 0
    var parser = EventSourceParser()
    /// Why the transfer was stopped from within; stronger than what curl says.
    var stopped: HTTPError?
    /// Whether curl was told to wait because the reader is slow.
    var isPaused = false
    /// When something came last, for streams with a limit of silence.
    var lastActivity = ContinuousClock.now
    /// Where curl writes what it has to say; `CURL_ERROR_SIZE` bytes.
    let errorText = UnsafeMutableBufferPointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(_ request: PreparedRequest, sink: Sink) {
        self.request = request
        self.sink = sink
        target = request.target
        collector = HeadCollector(limits: request.limits)
        errorText.initialize(repeating: 0)
    }

    deinit {
        errorText.deallocate()
    }

    /// Makes an error about where the request is now.
    func failure(_ code: HTTPError.Code, detail: String = "") -> HTTPError {
        HTTPError(code, place: target.place, detail: detail)
    }

    /// Forgets the answer so that the request can be sent to another place.
    func restart(at next: HTTPTarget) {
        target = next
        redirects += 1
        timesSent = 0
        uploadOffset = 0
        collector = HeadCollector(limits: request.limits)
        head = nil
        body = []
        bodyBytes = 0
        stopped = nil
        errorText.update(repeating: 0)
    }

    /// Gives the result away, once; a file gets its name or is removed, a stream ends.
    func complete(_ result: Result) {
        guard let finish else { return }
        self.finish = nil
        var result = result
        if case .file(let file) = sink {
            if case .success(let outcome) = result, outcome.head.failure == nil {
                if let why = file.commit() { result = .failure(failure(.file, detail: why)) }
            } else {
                file.discard()
            }
        }
        finish(result)
    }
}

/// Collects the header lines of an answer within its limits, over interim answers (1xx).
struct HeadCollector {
    private let limits: HTTPRequest.Limits
    private var status = 0
    private var headers = HTTPHeaders()
    private var bytes = 0
    private var count = 0
    /// Whether the head is complete; what comes now are trailers.
    private(set) var isComplete = false

    init(limits: HTTPRequest.Limits) {
        self.limits = limits
    }

    /// What a line did.
    enum Step {
        case more
        case complete(status: Int, headers: HTTPHeaders)
        case tooLong
        case malformed
    }

    /// Takes a line with its line end.
    mutating func take(_ line: UnsafeRawBufferPointer) -> Step {
        bytes += line.count
        count += 1
        guard bytes <= limits.headerBytes, count <= limits.headerCount else { return .tooLong }
        if isComplete { return .more }
        var line = line[...]
        while let last = line.last, last == 0x0A || last == 0x0D { line = line.dropLast() }
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            let words = text.split(separator: " ", maxSplits: 2)
            guard words.count >= 2, let code = Int(words[1]), (100...599).contains(code) else { return .malformed }
            status = code
            headers = HTTPHeaders()
            return .more
        }
        if text.isEmpty {
            guard status >= 200 else { return .more }
            isComplete = true
            return .complete(status: status, headers: headers)
        }
        guard let colon = text.utf8.firstIndex(of: 0x3A) else { return .more }
        let value = text[text.index(after: colon)...]
        headers.append(String(text[..<colon]), HeadCollector.trimmed(value))
        return .more
    }

    private static func trimmed(_ text: Substring) -> String {
        let isSpace = { (scalar: Unicode.Scalar) in scalar == " " || scalar == "\t" }
        var scalars = text.unicodeScalars
        while let first = scalars.first, isSpace(first) { scalars.removeFirst() }
        while let last = scalars.last, isSpace(last) { scalars.removeLast() }
        return String(Substring(scalars))
    }
}
