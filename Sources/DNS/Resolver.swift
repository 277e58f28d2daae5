import CCares
import Glibc
import Threads

/// Asks name servers, those of this machine or given ones.
package struct Resolver: Sendable {
    /// What is asked.
    package struct Question: Sendable, Hashable {
        /// The whole name.
        package let name: String
        /// The kind of record.
        package let kind: ZoneRecord.Kind

        /// Makes a question.
        package init(name: String, kind: ZoneRecord.Kind) {
            self.name = ZoneRecord.plain(name)
            self.kind = kind
        }
    }

    /// What came of a question: the records, none where the name has none.
    package typealias Outcome = Result<[ZoneRecord], DNSError>

    /// Name servers as `address:port`; empty for those of this machine.
    package var servers: [String]
    /// How long one server is waited for, before it is asked again once.
    package var patience: Duration
    /// How long all questions together may take.
    package var limit: Duration

    /// Makes a resolver.
    package init(servers: [String] = [], patience: Duration = .seconds(2), limit: Duration = .seconds(15)) {
        self.servers = servers
        self.patience = patience
        self.limit = limit
    }

    /// Asks all questions at once; every question has an outcome.
    package func answers(_ questions: Set<Question>) async -> [Question: Outcome] {
        guard !questions.isEmpty else { return [:] }
        return await withCheckedContinuation { continuation in
            DetachedThread.run { continuation.resume(returning: self.answersBlocking(questions)) }
        }
    }

    private func answersBlocking(_ questions: Set<Question>) -> [Question: Outcome] {
        func all(_ code: DNSError.Code) -> [Question: Outcome] {
            Dictionary(uniqueKeysWithValues: questions.map { ($0, .failure(DNSError(code, name: $0.name))) })
        }
        guard Self.isReady else { return all(.offline) }
        var options = ares_options()
        options.timeout = Int32(clamping: max(1, Int(patience / .milliseconds(1))))
        options.tries = 2
        options.flags = Int32(ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP)
        var channel: ares_channel?
        let mask = Int32(ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_FLAGS)
        guard ares_init_options(&channel, &options, mask) == ARES_SUCCESS, let channel else {
            return all(.offline)
        }
        defer { ares_destroy(channel) }
        if !servers.isEmpty,
            ares_set_servers_ports_csv(channel, servers.joined(separator: ",")) != ARES_SUCCESS
        {
            return all(.offline)
        }
        let waiting = questions.map(Waiting.init)
        for each in waiting {
            // The waiting questions outlive the channel, which calls each of them back at the latest when it is freed.
            ares_query(
                channel, each.question.name, 1, Int32(each.question.kind.number),
                { context, status, _, bytes, count in
                    guard let context else { return }
                    let waiting = Unmanaged<Waiting>.fromOpaque(context).takeUnretainedValue()
                    let answer = bytes.map { Array(UnsafeBufferPointer(start: $0, count: max(0, Int(count)))) }
                    waiting.end(status, answer ?? [])
                }, Unmanaged.passUnretained(each).toOpaque())
        }
        drive(channel)
        return Dictionary(uniqueKeysWithValues: waiting.map { ($0.question, $0.outcome) })
    }

    /// Moves questions and answers until none is left or the time is up.
    private func drive(_ channel: ares_channel) {
        let deadline = ContinuousClock.now + limit
        var sockets = [ares_socket_t](repeating: 0, count: 16)
        while true {
            let bits = ares_getsock(channel, &sockets, Int32(sockets.count))
            guard bits != 0 else { return }
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return ares_cancel(channel) }
            var polls: [pollfd] = []
            for index in sockets.indices {
                var events: Int32 = 0
                if bits & (1 << Int32(index)) != 0 { events |= POLLIN }
                if bits & (1 << Int32(index + 16)) != 0 { events |= POLLOUT }
                if events != 0 { polls.append(pollfd(fd: sockets[index], events: Int16(events), revents: 0)) }
            }
            var most = timeval(tv_sec: 1, tv_usec: 0)
            var wait = timeval()
            let next = ares_timeout(channel, &most, &wait)?.pointee ?? most
            let milliseconds = min(Int(next.tv_sec) * 1_000 + Int(next.tv_usec) / 1_000 + 1, 1_000)
            poll(&polls, nfds_t(polls.count), Int32(milliseconds))
            var isNone = true
            for event in polls where event.revents != 0 {
                isNone = false
                let isWritable = Int32(event.revents) & POLLOUT != 0
                ares_process_fd(channel, event.fd, isWritable ? event.fd : -1)
            }
            if isNone { ares_process_fd(channel, -1, -1) }
        }
    }

    /// c-ares made ready once for the whole program.
    private static let isReady = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS
}

/// A question that is under way; only the thread that asks touches it.
private final class Waiting {
    let question: Resolver.Question
    private(set) var outcome: Resolver.Outcome

    init(_ question: Resolver.Question) {
        self.question = question
        outcome = .failure(DNSError(.offline, name: question.name))
    }

    func end(_ status: Int32, _ answer: [UInt8]) {
        func failed(_ code: DNSError.Code) -> Resolver.Outcome { .failure(DNSError(code, name: question.name)) }
        switch status {
        case ARES_SUCCESS:
            do throws(DNSMessage.Malformed) {
                outcome = .success(try DNSMessage(answer).records(question.kind))
            } catch {
                outcome = failed(.malformed)
            }
        case ARES_ENODATA, ARES_ENOTFOUND: outcome = .success([])
        case ARES_ESERVFAIL, ARES_EREFUSED, ARES_ENOTIMP, ARES_EFORMERR: outcome = failed(.refused)
        case ARES_EBADNAME, ARES_EBADQUERY, ARES_EBADSTR: outcome = failed(.badName)
        case ARES_EBADRESP: outcome = failed(.malformed)
        default: outcome = failed(.offline)
        }
    }
}
