import FoundationEssentials
import Glibc
import HTTPTransport
import JMAP
import MailCache

/// Runs the checks of one workspace.
struct Doctor {
    let workspace: Workspace
    /// Seconds by which the clocks may differ before it is said, and before it is a fault.
    private static let skewWarned = 30.0
    private static let skewFailed = 300.0

    func run() async -> (checks: [Check], obstacle: WorkspaceError?) {
        var checks: [Check] = []
        let (reached, obstacle) = await reach()
        checks += reached
        guard obstacle == nil else {
            for name in ["login", "own mail", "agents", "administration", "roles", "session addresses", "push"]
            where !checks.contains(where: { $0.name == name }) {
                checks.append(Check(name, .skipped, "Nothing can be said before the server is reached."))
            }
            checks.append(await cache())
            return (checks, obstacle)
        }
        do throws(JMAPError) {
            let session = try await workspace.client.session(refresh: true)
            checks.append(Check("login", .good, "Signed in as \(session.username)."))
            checks.append(await ownMail(session))
            checks.append(await agents(session))
            checks += await administration()
            checks.append(addresses(session))
            checks.append(await push())
            checks.append(await cache())
            return (checks, nil)
        } catch {
            let error = WorkspaceError(error)
            let name = error.code == .loginRefused || error.code == .notAllowed ? "login" : "session"
            checks.append(Check(name, .failed, error.message, cure: error.cure))
            for name in ["own mail", "agents", "administration", "roles", "session addresses", "push"] {
                checks.append(Check(name, .skipped, "Nothing can be said before the login works."))
            }
            checks.append(await cache())
            return (checks, error)
        }
    }

    /// Whether the server answers, over what, and what its clock says.
    private func reach() async -> (checks: [Check], obstacle: WorkspaceError?) {
        let origin = workspace.origin.absoluteString
        guard let url = URL(string: "\(origin)/.well-known/jmap") else { return ([], nil) }
        var request = HTTPRequest(method: .get, url: url)
        request.limits.bodyBytes = 1 << 20
        do throws(HTTPError) {
            let response = try await workspace.transport.send(request)
            let software = response.headers["Server"].map { " (\($0.prefix(60)))" } ?? ""
            return (
                [Check("server", .good, "\(origin) answers\(software)."), encryption(), clock(response)], nil
            )
        } catch {
            let failure = WorkspaceError(JMAPError(error))
            if case .tls = error.code {
                return ([Check("encryption", .failed, failure.message, cure: failure.cure)], failure)
            }
            return ([Check("server", .failed, failure.message, cure: failure.cure)], failure)
        }
    }

    private func encryption() -> Check {
        guard workspace.origin.scheme == "https" else {
            return Check("encryption", .good, "Plain HTTP, which stays on this machine.")
        }
        if workspace.options.transport.pinnedKey != nil {
            let what = workspace.options.transport.extraAuthorities.map { ", signed as \($0) says" } ?? ""
            return Check(
                "encryption", .warning, "TLS, with the pinned key and no other\(what).",
                cure: "Nothing needs doing; pin the next key beside it before the server's changes.")
        }
        if let file = workspace.options.transport.extraAuthorities {
            return Check(
                "encryption", .warning, "TLS, with a certificate that this machine does not know, by \(file).",
                cure: "Remove ca-file once the server has a certificate of a known authority.")
        }
        return Check("encryption", .good, "TLS, with a certificate that this machine trusts.")
    }

    private func clock(_ response: HTTPResponse) -> Check {
        guard let text = response.headers["Date"], let server = HTTPDate.seconds(text) else {
            return Check("clock", .warning, "The server tells no time.", cure: "Compare its clock by hand.")
        }
        let skew = Double(server) - Double(time(nil))
        let seconds = Int(abs(skew))
        if abs(skew) < Self.skewWarned { return Check("clock", .good, "The clocks agree.") }
        return Check(
            "clock", abs(skew) < Self.skewFailed ? .warning : .failed,
            "The server's clock is \(seconds) seconds \(skew > 0 ? "ahead of" : "behind") this one.",
            cure: "Let both machines take their time from the network (NTP).")
    }

    private func ownMail(_ session: Session) async -> Check {
        guard let account = session.primaryMailAccount else {
            return Check(
                "own mail", .warning, "The login has no mailbox of its own.",
                cure: "Give the account a mailbox, if it is to receive mail itself.")
        }
        do throws(JMAPError) {
            let boxes = try await workspace.client.call(MailboxGet(account: account, ids: .all))
            return Check("own mail", .good, "The own account can be read: \(boxes.list.count) mailboxes.")
        } catch  where error.code == .method("forbidden") {
            return Check(
                "own mail", .warning, "The login may not read mail of its own.",
                cure: "Nothing needs doing where the account only administers or watches.")
        } catch {
            return Check("own mail", .failed, error.sentence, cure: error.cure)
        }
    }

    /// Whether accounts are listed, and whether another's mail can be read, which needs the right to impersonate.
    private func agents(_ session: Session) async -> Check {
        let listed: [AccountID]
        do throws(JMAPError) {
            let query = RawCall("x:Account/query", ["filter": ["@type": "User"], "limit": 500])
            listed = (try await workspace.client.call(query)["ids"]?.array ?? []).compactMap(\.string).map {
                AccountID($0)
            }
        } catch {
            return Check(
                "agents", .failed, "The accounts cannot be listed: \(error.sentence)",
                cure: "Give the login the rights to list accounts and to impersonate, on a Stalwart server.")
        }
        guard let other = listed.first(where: { session.accounts[$0] == nil }) else {
            return Check(
                "agents", .warning, "There is no account but the login's own.",
                cure: "Create an agent, or give the login the rights to list accounts and to impersonate.")
        }
        do throws(JMAPError) {
            _ = try await workspace.client.call(MailboxGet(account: other, ids: []))
            return Check("agents", .good, "\(listed.count) accounts are listed, and others' mail can be read.")
        } catch {
            return Check(
                "agents", .failed,
                "\(listed.count) accounts are listed, and their mail cannot be read: \(error.sentence)",
                cure: "Give the login the right to impersonate.")
        }
    }

    private func addresses(_ session: Session) -> Check {
        guard !session.foreignOrigins.isEmpty else {
            return Check("session addresses", .good, "The session's addresses are on the configured server.")
        }
        let others = Set(session.foreignOrigins.values).sorted().joined(separator: ", ")
        return Check(
            "session addresses", .warning,
            "The session names \(others) instead of \(workspace.origin.absoluteString); the configured server is used.",
            cure: "Nothing is sent there. To have them agree, set the server's own host name.")
    }

    /// Whether the event stream opens.
    private func push() async -> Check {
        let client = workspace.client
        let outcome = await withTaskGroup(of: Check?.self) { group in
            group.addTask {
                do {
                    for try await event in client.push(types: ["Email"]) {
                        switch event {
                        case .unsupported:
                            return Check(
                                "push", .warning, "The server does not push; it is asked every few seconds instead.",
                                cure: "Use a server with an event source, or see that no proxy takes it away.")
                        case .opened, .state, .ping: return Check("push", .good, "The event stream opens.")
                        }
                    }
                    return Check(
                        "push", .warning, "The event stream ended at once.", cure: "See that no proxy cuts it.")
                } catch let error as JMAPError {
                    return Check("push", .failed, error.sentence, cure: error.cure)
                } catch {
                    return nil
                }
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(10))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        return outcome
            ?? Check(
                "push", .failed, "The event stream did not open in ten seconds.",
                cure: "See that no proxy holds it back.")
    }

    private func cache() async -> Check {
        if let notice = workspace.notice {
            return Check("cache", .warning, notice, cure: "Nothing needs doing: it is built anew from the server.")
        }
        do throws(WorkspaceError) {
            let report = try await workspace.report()
            return Check(
                "cache", .good,
                "\(workspace.cache.path) holds \(report.messages) messages of \(report.accounts) accounts.")
        } catch {
            return Check("cache", .failed, error.message, cure: error.cure)
        }
    }
}
