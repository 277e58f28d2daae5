import AgenticMail
import FoundationEssentials
import HTTPTransport
import JMAP
import Sandbox
import Synchronization
import TestSupport
import Testing

/// A server that has told the truth and then lies about what changed: every catch-up ends, and once the lies end the
/// workspace has what the server has.
@Suite("A server that lies about what changed")
struct LyingChangesTests {
    private typealias Lie = @Sendable ([String: JSON]) -> [String: JSON]

    /// What is said of a method's response.
    private struct Falsehood {
        let name: String
        let method: String
        let lie: Lie
        /// Whether a client can notice: what never changes and was told wrongly stays so.
        var isNoticed = true

        init(_ name: String, _ method: String, _ lie: @escaping Lie) {
            (self.name, self.method, self.lie) = (name, method, lie)
        }

        init(_ name: String, _ method: String, _ members: [String: JSON]) {
            self.init(name, method) { $0.merging(members) { $1 } }
        }
    }

    private static let falsehoods: [Falsehood] = {
        let many = JSON.array((0..<1_000_000).map { .string("i\($0)") })
        let long = JSON.string(String(repeating: "\u{1B}[2Jx", count: 2_000_000))
        var subject = Falsehood("a subject of ten million characters", "Email/get") { members in
            let list = (members["list"]?.array ?? []).map { item in
                JSON.object((item.object ?? [:]).merging(["subject": long]) { $1 })
            }
            return members.merging(["list": .array(list)]) { $1 }
        }
        subject.isNoticed = false
        var parents = Falsehood("mailboxes that are each other's parents", "Mailbox/get") { members in
            let list = (members["list"]?.array ?? []).map { item in
                JSON.object((item.object ?? [:]).merging(["parentId": item["id"] ?? .null]) { $1 })
            }
            return members.merging(["list": .array(list)]) { $1 }
        }
        parents.isNoticed = false
        return [
            Falsehood("more for ever, from where it was", "Email/changes") { members in
                members.merging(["hasMoreChanges": true, "newState": members["oldState"] ?? .null]) { $1 }
            },
            Falsehood("more for ever, of mailboxes", "Mailbox/changes", ["hasMoreChanges": true]),
            Falsehood("another old state", "Email/changes", ["oldState": "another"]),
            Falsehood("no new state", "Email/changes", ["newState": .null]),
            Falsehood("a state of ten million characters", "Email/changes", ["newState": long]),
            Falsehood("a million arrivals that are none", "Email/changes", ["created": many]),
            Falsehood("arrivals that are also gone", "Email/changes") { members in
                members.merging(["destroyed": members["created"] ?? [], "updated": members["created"] ?? []]) { $1 }
            },
            Falsehood("lists that are none", "Email/changes", ["created": "x", "updated": 7, "destroyed": [:]]),
            Falsehood("two states that contradict each other", "Email/get", ["state": "another"]),
            Falsehood("messages that are not found when they are asked for first", "Email/get") { members in
                guard isFirst.exchange(false, ordering: .relaxed) else { return members }
                let ids = (members["list"]?.array ?? []).compactMap { $0["id"] }
                return members.merging(["list": [], "notFound": .array(ids)]) { $1 }
            },
            Falsehood("messages that nobody asked for", "Email/get") { members in
                let more: JSON = ["id": "zz", "threadId": "z", "mailboxIds": ["zz": true], "keywords": [:]]
                return members.merging(["list": .array((members["list"]?.array ?? []) + [more])]) { $1 }
            },
            parents, subject,
        ]
    }()

    private static let isFirst = Atomic(true)

    @Test("ends every catch-up, and the truth comes over afterwards", .timeLimit(.minutes(3)))
    func all() async throws {
        let place = try await Workplace()
        let url = try #require(URL(string: place.sandbox.url))
        let current = Mutex<(method: String, lie: Lie)?>(nil)
        var options = WorkspaceOptions(
            name: "liar", origin: url, credential: .basic(user: place.login, password: place.password),
            cachePath: place.folder.file("cache.sqlite"))
        options.client = HTTPInterceptor(HTTPTransport()) { request, base throws(HTTPError) in
            let response = try await base.send(request)
            guard let (method, lie) = current.withLock({ $0 }), let answer = try? JSON(parsing: response.body),
                var members = answer.object, let responses = members["methodResponses"]?.array
            else { return response }
            members["methodResponses"] = .array(
                responses.map { response in
                    guard response[0]?.string == method, let arguments = response[1]?.object else { return response }
                    return .array([.string(method), .object(lie(arguments)), response[2] ?? .null])
                })
            return HTTPResponse(
                status: response.status, headers: ["Content-Type": "application/json"],
                body: JSON.object(members).encoded())
        }
        let workspace = try await Workspace.open(options)
        _ = try await workspace.catchUp()
        for falsehood in Self.falsehoods {
            _ = try await place.add([Array("From: b@ext.example\r\nSubject: \(falsehood.name)\r\n\r\nx\r\n".utf8)])
            current.withLock { $0 = (falsehood.method, falsehood.lie) }
            do throws(WorkspaceError) {
                _ = try await workspace.catchUp()
            } catch {
                #expect(!error.message.isEmpty && !error.cure.isEmpty, "\(falsehood.name)")
                #expect(error.message.utf8.count < 2_000, "\(falsehood.name)")
            }
            current.withLock { $0 = nil }
            _ = try await workspace.catchUp()
            _ = try await workspace.catchUp()
            guard falsehood.isNoticed else { continue }
            let differences = try await place.differences(of: workspace)
            #expect(differences.isEmpty, "\(falsehood.name): \(differences.prefix(3))")
        }
    }
}
