internal import CCurl
internal import FoundationEssentials
internal import HTTPTransport
internal import Synchronization

/// The calls of a fill, from whichever thread makes them.
final class Calls: Sendable {
    private let requests = Mutex<[HTTPRequest]>([])

    var all: [HTTPRequest] { requests.withLock { $0 } }

    func add(_ request: HTTPRequest) { requests.withLock { $0.append(request) } }
}

/// The same calls by libcurl alone, on one thread: each handle takes the next call once its own is answered. The answers
/// are thrown away.
struct BareLoop {
    let requests: [HTTPRequest]
    /// How many calls are under way at once; one makes them one after the other, as a plain loop does.
    let handles: Int

    /// How long all of it takes.
    func seconds() throws -> Double {
        guard let multi = curl_multi_init() else { throw BenchmarkError("libcurl gives no handle") }
        defer { curl_multi_cleanup(multi) }
        var rest = requests[...]
        var running: [Transfer] = []
        defer { for transfer in running { curl_multi_remove_handle(multi, transfer.handle) } }
        let begun = ContinuousClock.now
        for _ in 0..<handles {
            guard let request = rest.popFirst() else { break }
            let transfer = try Transfer()
            transfer.set(request)
            running.append(transfer)
            curl_multi_add_handle(multi, transfer.handle)
        }
        var open = running.count
        while open > 0 {
            var active: Int32 = 0
            curl_multi_perform(multi, &active)
            var left: Int32 = 0
            while let message = curl_multi_info_read(multi, &left) {
                guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
                guard message.pointee.data.result == CURLE_OK else {
                    throw BenchmarkError("libcurl: \(String(cString: curl_easy_strerror(message.pointee.data.result)))")
                }
                curl_multi_remove_handle(multi, handle)
                guard let request = rest.popFirst(), let transfer = running.first(where: { $0.handle == handle }) else {
                    open -= 1
                    continue
                }
                transfer.set(request)
                curl_multi_add_handle(multi, handle)
                active += 1
            }
            if active > 0 { curl_multi_poll(multi, nil, 0, 1_000, nil) }
        }
        return (ContinuousClock.now - begun).milliseconds / 1000
    }

    /// One handle with what the call that it makes needs.
    private final class Transfer {
        let handle: UnsafeMutableRawPointer
        private var headers: UnsafeMutablePointer<curl_slist>?

        init() throws {
            guard let handle = curl_easy_init() else { throw BenchmarkError("libcurl gives no handle") }
            self.handle = handle
            _ = ccurl_set_data_function(handle, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
        }

        deinit {
            curl_easy_cleanup(handle)
            curl_slist_free_all(headers)
        }

        func set(_ request: HTTPRequest) {
            guard case .bytes(let body) = request.body else { return }
            var list: UnsafeMutablePointer<curl_slist>?
            for field in request.headers.fields { list = curl_slist_append(list, "\(field.name): \(field.value)") }
            _ = ccurl_set_string(handle, CURLOPT_URL, request.url.absoluteString)
            _ = ccurl_set_list(handle, CURLOPT_HTTPHEADER, list)
            curl_slist_free_all(headers)
            headers = list
            body.withUnsafeBytes { bytes in
                _ = ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
                // curl keeps a copy of it, of the size that was set before.
                _ = ccurl_set_pointer(
                    handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            }
        }
    }
}
