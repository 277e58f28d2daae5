import AgenticMail
import FoundationEssentials
import HTTPTransport
import JMAP
import Sandbox
import Synchronization
import TestSupport
import Testing

/// A server whose answers are not what they ought to be: the workspace comes to an end with a sentence, or goes on without
/// what was wrong, and never talks to anybody else.
@Suite("A server that lies")
struct LyingServerTests {
    /// What becomes of an answer; the calls are in the request.
    typealias Lie = @Sendable (_ request: HTTPRequest, _ answer: JSON) -> JSON

    /// How catching up with a liar ended.
    private enum End: Sendable {
        case report(CatchUpReport)
        case failure(WorkspaceError)
    }

    private func end(_ place: Workplace, _ name: String, _ lie: @escaping Lie) async throws -> End {
        let url = try #require(URL(string: place.sandbox.url))
        let others = Mutex<[String]>([])
        var options = WorkspaceOptions(
            name: "liar", origin: url, credential: .basic(user: place.login, password: place.password),
            cachePath: place.folder.file("\(name).sqlite"))
        options.client = HTTPInterceptor(HTTPTransport()) { request, base throws(HTTPError) in
            if request.url.port != url.port || request.url.host() != url.host() {
                others.withLock { $0.append(request.url.absoluteString) }
            }
            let response = try await base.send(request)
            guard let answer = try? JSON(parsing: response.body) else { return response }
            return HTTPResponse(
                status: response.status, headers: ["Content-Type": "application/json"],
                body: lie(request, answer).encoded())
        }
        let workspace = try await Workspace.open(options)
        // What would go on for ever is ended by the test's time limit.
        let outcome: End
        do throws(WorkspaceError) {
            outcome = .report(try await workspace.catchUp())
        } catch { outcome = .failure(error) }
        #expect(others.withLock { $0 }.isEmpty, "\(name): asked others")
        if case .failure(let error) = outcome {
            #expect(!error.message.isEmpty && !error.cure.isEmpty, "\(name)")
            #expect(!"\(error.message) \(error.cure)".contains(place.password), "\(name)")
        }
        return outcome
    }

    private static func place() async throws -> Workplace {
        let place = try await Workplace()
        _ = try await place.add(
            (0..<5).map { Array("From: b@ext.example\r\nSubject: Message \($0)\r\n\r\nText.\r\n".utf8) })
        return place
    }

    /// Changes every response of a method.
    private static func changing(_ method: String, _ change: @escaping @Sendable ([String: JSON]) -> [String: JSON])
        -> Lie
    {
        { _, answer in
            guard var members = answer.object, let responses = members["methodResponses"]?.array else { return answer }
            members["methodResponses"] = .array(
                responses.map { response in
                    guard response[0]?.string == method, let arguments = response[1]?.object else { return response }
                    return .array([.string(method), .object(change(arguments)), response[2] ?? .null])
                })
            return .object(members)
        }
    }

    @Test("about one thing at a time ends every catch-up", .timeLimit(.minutes(3)))
    func single() async throws {
        let place = try await Self.place()
        let long = JSON.string(String(repeating: "\u{1B}[2Jx", count: 1_000_000))
        let many = JSON.array((0..<50_000).map { .string("id\($0)") })
        func member(_ name: String, _ value: JSON) -> @Sendable ([String: JSON]) -> [String: JSON] {
            { members in
                var members = members
                members[name] = value
                return members
            }
        }
        func eachObject(_ name: String, _ value: JSON) -> @Sendable ([String: JSON]) -> [String: JSON] {
            { members in
                var members = members
                members["list"] = .array(
                    (members["list"]?.array ?? []).map { item in
                        var object = item.object ?? [:]
                        object[name] = value
                        return .object(object)
                    })
                return members
            }
        }
        let lies: [(String, Lie)] = [
            ("long-subject", Self.changing("Email/get", eachObject("subject", long))),
            ("long-mailbox", Self.changing("Mailbox/get", eachObject("name", long))),
            ("many-ids", Self.changing("Email/query", member("ids", many))),
            ("same-ids", Self.changing("Email/query", member("ids", ["x", "x", "x"]))),
            ("no-state", Self.changing("Email/get", member("state", .null))),
            ("other-account", Self.changing("Email/get", member("accountId", "another"))),
            ("no-list", Self.changing("Mailbox/get", member("list", "none"))),
            ("more-for-ever", Self.changing("Email/changes", member("hasMoreChanges", true))),
            ("more-mailboxes", Self.changing("Mailbox/changes", member("hasMoreChanges", true))),
            ("total", Self.changing("Email/query", member("total", -9_223_372_036_854_775_808))),
            ("size", Self.changing("Email/get", eachObject("size", 9_223_372_036_854_775_807))),
            ("time", Self.changing("Email/get", eachObject("receivedAt", "99999-99-99T99:99:99Z"))),
            ("parents", Self.changing("Mailbox/get", eachObject("parentId", "b"))),
            (
                "elsewhere",
                { request, answer in
                    guard request.method == .get, var session = answer.object else { return answer }
                    for name in ["apiUrl", "downloadUrl", "uploadUrl", "eventSourceUrl"] {
                        let path = session[name]?.string?.split(separator: "/", maxSplits: 2).last ?? ""
                        session[name] = .string(
                            "https://evil.example/\(path.split(separator: "/", maxSplits: 1).last ?? "")")
                    }
                    return .object(session)
                }
            ),
        ]
        for (name, lie) in lies {
            let end = try await end(place, name, lie)
            if name == "elsewhere", case .report(let report) = end { #expect(report.messages == 5) }
        }
    }

    @Test("at random about anything ends every catch-up", .timeLimit(.minutes(3)))
    func random() async throws {
        let place = try await Self.place()
        for seed in 1...60 as ClosedRange<UInt64> {
            let state = Mutex(seed &* 0x9E37_79B9_7F4A_7C15 | 1)
            @Sendable func next(_ bound: Int) -> Int {
                state.withLock { state in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return Int(state >> 33) % bound
                }
            }
            let wrong: [JSON] = [
                .null, true, 0, -1, "", "\u{1B}]0;x\u{7}", [], [:], [1, [2, [:]]], ["a": .null],
                9_223_372_036_854_775_807,
            ]
            @Sendable func twist(_ value: JSON) -> JSON {
                if next(60) == 0 { return wrong[next(wrong.count)] }
                if let members = value.object {
                    return .object(members.filter { _ in next(60) != 0 }.mapValues(twist))
                }
                if let items = value.array { return .array(items.map(twist)) }
                return value
            }
            _ = try await end(place, "random-\(seed)") { _, answer in twist(answer) }
        }
    }
}
