import FoundationEssentials
import HTTPTransport
import JMAP
import Testing

@Suite("A request of calls")
struct RequestTests {
    private let account: AccountID = "c"

    @Test("carries calls that build on each other, and what they need of the server")
    func references() async throws {
        let server = FakeServer(FakeServer.echo)
        var request = Request()
        let found = request.call(
            EmailQuery(account: account, filter: .inMailbox("a"), sort: [.newestFirst], limit: 50))
        request.call(EmailGet(account: account, ids: .reference(found, "/ids"), properties: [.id, .subject]))
        request.call(IdentityGet(account: account, ids: .all))
        _ = try await server.client().send(request)
        let body = try #require(server.seen.last?.body)
        #expect(
            body["using"] == [
                "urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail", "urn:ietf:params:jmap:submission",
            ])
        #expect(
            body["methodCalls"] == [
                [
                    "Email/query",
                    [
                        "accountId": "c", "filter": ["inMailbox": "a"], "limit": 50,
                        "sort": [["property": "receivedAt", "isAscending": false]],
                    ], "0",
                ],
                [
                    "Email/get",
                    [
                        "accountId": "c", "properties": ["id", "subject"],
                        "#ids": ["resultOf": "0", "name": "Email/query", "path": "/ids"],
                    ], "1",
                ],
                ["Identity/get", ["accountId": "c", "ids": nil], "2"],
            ])
    }

    @Test("with more calls than the server takes becomes several, none of them too long")
    func manyCalls() async throws {
        let server = FakeServer(session: FakeServer.session(calls: 4), FakeServer.echo)
        var request = Request()
        let calls = (0..<10).map { number in request.call(CoreEcho(["n": .int(Int64(number))])) }
        let response = try await server.client().send(request)
        #expect(server.calls.map(\.count) == [4, 4, 2])
        for (number, call) in calls.enumerated() { #expect(try response.get(call)["n"] == .int(Int64(number))) }
    }

    @Test("is never cut between a call and one that builds on it")
    func cutsBetweenGroups() async throws {
        let server = FakeServer(session: FakeServer.session(calls: 3), FakeServer.echo)
        var request = Request()
        for _ in 0..<3 {
            let changes = request.call(EmailChanges(account: account, since: "s"))
            request.call(EmailGet(account: account, ids: .reference(changes, "/created")))
        }
        _ = try await server.client().send(request)
        #expect(server.calls.map(\.count) == [2, 2, 2])
    }

    @Test("whose calls belong together and are too many says so before anything is sent")
    func tooManyTogether() async throws {
        let server = FakeServer(session: FakeServer.session(calls: 2), FakeServer.echo)
        var request = Request()
        let found = request.call(EmailQuery(account: account))
        request.call(EmailGet(account: account, ids: .reference(found, "/ids")))
        request.call(ThreadGet(account: account, ids: .reference(found, "/ids")))
        let error = await #expect(throws: JMAPError.self) { try await server.client().send(request) }
        #expect(error?.code == .tooLarge)
        #expect(server.calls.isEmpty)
    }

    @Test("with more bytes than the server takes becomes several, and one call that is too long says so")
    func manyBytes() async throws {
        let server = FakeServer(session: FakeServer.session(size: 6000), FakeServer.echo)
        let text = JSON.string(String(repeating: "x", count: 1500))
        var request = Request()
        for _ in 0..<5 { request.call(CoreEcho(["t": text])) }
        _ = try await server.client().send(request)
        #expect(server.calls.map(\.count) == [2, 2, 1])
        var long = Request()
        long.call(CoreEcho(["t": [text, text, text]]))
        let error = await #expect(throws: JMAPError.self) { try await server.client().send(long) }
        #expect(error?.code == .tooLarge)
    }

    @Test("for more objects than the server gives is divided, and answered as one with the first state")
    func manyIDs() async throws {
        let server = FakeServer(session: FakeServer.session(calls: 2, get: 10), FakeServer.gets(state: "s"))
        let ids = (0..<35).map { EmailID("e\($0)") }
        var request = Request()
        let get = request.call(EmailGet(account: account, ids: .list(ids), properties: [.id]))
        let response = try await server.client().send(request)
        #expect(server.calls.map(\.count) == [2, 2])
        #expect(try response.get(get).list.map(\.id) == ids)
        #expect(try response.get(get).state == "s")
        #expect(try response.raw(get).count == 4)
    }

    @Test("that builds on a call which has to be divided says so")
    func referenceToDivided() async throws {
        let server = FakeServer(session: FakeServer.session(get: 1), FakeServer.echo)
        var request = Request()
        let get = request.call(EmailGet(account: account, ids: ["a", "b"]))
        request.call(ThreadGet(account: account, ids: .reference(get, "/list/*/threadId")))
        let error = await #expect(throws: JMAPError.self) { try await server.client().send(request) }
        #expect(error?.code == .tooLarge)
    }

    @Test("that changes more objects than the server takes is divided, unless it holds only in a state")
    func manyChanges() async throws {
        let server = FakeServer(session: FakeServer.session(set: 2)) { calls in
            let answers = calls.map { call -> JSON in
                let updated = call[1]?["update"]?.object?.mapValues { _ in JSON.null } ?? [:]
                return [
                    "Email/set",
                    [
                        "oldState": call[2] ?? .null, "newState": .string("after " + (call[2]?.string ?? "")),
                        "updated": .object(updated), "destroyed": call[1]?["destroy"] ?? .null,
                        "notCreated": .object(
                            call[1]?["create"]?.object?.mapValues { _ in ["type": "overQuota"] } ?? [:]),
                    ], call[2] ?? .null,
                ]
            }
            return ["methodResponses": .array(answers)]
        }
        let patch = EmailPatch().keyword(.seen, true).mailbox("a/b~", false)
        #expect(patch.changes == ["keywords/$seen": true, "mailboxIds/a~1b~0": nil])
        var set = EmailSet(
            account: account, create: ["n": [:]], update: ["a": patch.changes, "b": patch.changes, "c": patch.changes],
            destroy: ["d"])
        let answer = try await server.client().call(set)
        #expect(Set(answer.updated.keys) == ["a", "b", "c"])
        #expect(answer.destroyed == ["d"])
        #expect(answer.notCreated["n"]?.type == "overQuota")
        #expect(answer.oldState == "0")
        #expect(answer.newState == "after 0.3")
        set.ifInState = "s"
        let conditional = set
        let error = await #expect(throws: JMAPError.self) { _ = try await server.client().call(conditional) }
        #expect(error?.code == .tooLarge)
    }

    @Test("cut in several passes the ids of new objects on")
    func createdIDs() async throws {
        let server = FakeServer(session: FakeServer.session(calls: 1)) { calls in
            ["methodResponses": [["Core/echo", [:], calls[0][2] ?? .null]], "createdIds": ["m": "id-of-m"]]
        }
        var request = Request()
        request.call(CoreEcho())
        request.call(CoreEcho())
        let response = try await server.client().send(request)
        #expect(server.seen.last?.body?["createdIds"] == ["m": "id-of-m"])
        #expect(response.createdIDs == ["m": "id-of-m"])
    }
}

@Suite("The answer to a request")
struct ResponseTests {
    private func failure<Method: MethodCall>(_ answers: JSON, _ call: Method) async throws -> JMAPError {
        let server = FakeServer { _ in ["methodResponses": answers, "sessionState": "s1"] }
        return try #require(await #expect(throws: JMAPError.self) { _ = try await server.client().call(call) })
    }

    @Test("that is a method's error throws it with a sentence")
    func methodErrors() async throws {
        for type in [
            "unknownMethod", "invalidArguments", "invalidResultReference", "forbidden", "accountNotFound",
            "cannotCalculateChanges", "requestTooLarge", "somethingNew\u{1B}[2J",
        ] {
            let error = try await failure(
                [["error", ["type": .string(type), "description": "why\u{1B}"], "0"]],
                EmailChanges(account: "c", since: "s"))
            #expect(error.code == .method(type))
            #expect(error.method == "Email/changes")
            #expect(!error.isTransient)
            #expect(error.sentence.contains("Email/changes"))
            #expect(!error.description.contains("\u{1B}"))
        }
        let busy = try await failure([["error", ["type": "serverUnavailable"], "0"]], CoreEcho())
        #expect(busy.code == .serverUnavailable)
        #expect(busy.isTransient)
    }

    @Test("of a wrong shape names the method and the place")
    func wrongShape() async throws {
        let error = try await failure(
            [["Email/get", ["list": [["id": "a", "mailboxIds": "x"]]], "0"]], EmailGet(account: "c", ids: ["a"]))
        #expect(error.code == .malformed)
        #expect(error.method == "Email/get")
        #expect(error.path == "list[0].mailboxIds")
        #expect(error.sentence.contains("Email/get") && error.sentence.contains("mailboxIds"))
    }

    @Test("that leaves a call out, or answers another, says so")
    func missing() async throws {
        for answers: JSON in [[], [["Mailbox/get", ["list": []], "0"]], [["Email/get", ["list": []], "7"]]] {
            let error = try await failure(answers, EmailGet(account: "c", ids: ["a"]))
            #expect(error.code == .malformed)
        }
    }

    @Test("to a set says of each thing whether it was done, and why not")
    func setErrors() async throws {
        let answer = try await FakeServer { _ in
            [
                "methodResponses": [
                    [
                        "Email/set",
                        [
                            "created": ["a": ["id": "1", "blobId": "b"]], "updated": nil,
                            "notCreated": [
                                "b": ["type": "invalidProperties", "properties": ["subject"], "description": "no"]
                            ],
                            "notUpdated": [
                                "x": [
                                    "type": "forbidden",
                                    "description": "Another process modified this message, please try again.",
                                ],
                                "y": ["type": "notFound"],
                            ],
                        ], "0",
                    ]
                ]
            ]
        }.client().call(EmailSet(account: "c"))
        #expect(try answer.created("a") == "1")
        #expect(answer.created["a"]?.properties["blobId"] == "b")
        let error = #expect(throws: JMAPError.self) { try answer.created("b") }
        #expect(error?.code == .set("invalidProperties"))
        #expect(error?.sentence.contains("subject") == true)
        #expect(answer.notUpdated["x"]?.isRace == true)
        #expect(answer.notUpdated["y"]?.isRace == false)
        #expect(answer.firstError?.type == "invalidProperties")
    }

    @Test("gives the objects as the bytes that came")
    func rawBytes() async throws {
        let call = EmailGet(account: "c", ids: ["a"], properties: [.id])
        let server = FakeServer { _ in
            [
                "methodResponses": [
                    ["Email/get", ["state": "s7", "list": [["id": "a"], ["id": "ä\n"]], "notFound": ["z"]], "0"]
                ]
            ]
        }
        var request = Request()
        let get = request.call(call)
        let raw = try #require(try await server.client().send(request).raw(get).first)
        #expect(String(decoding: raw.list, as: UTF8.self) == #"[{"id":"a"},{"id":"ä\n"}]"#)
        #expect(raw.state == "s7")
        #expect(raw.notFound == ["z"])
    }

    @Test("to a submission tells what the server did to the message")
    func impliedSet() async throws {
        let call = EmailSubmissionSet(account: "c", create: ["s": ["emailId": "e"]])
        let server = FakeServer { _ in
            [
                "methodResponses": [
                    ["EmailSubmission/set", ["created": ["s": ["id": "1"]]], "0"],
                    ["Email/set", ["updated": ["e": nil]], "0"],
                ]
            ]
        }
        var request = Request()
        let pending = request.call(call)
        let response = try await server.client().send(request)
        #expect(try response.get(pending).created("s") == "1")
        #expect(try response.impliedEmailSet(pending)?.updated.keys.first == "e")
    }

    @Test("whose second half is an error still gives the first")
    func impliedError() async throws {
        let server = FakeServer { _ in
            [
                "methodResponses": [
                    ["EmailSubmission/set", ["created": ["s": ["id": "1"]]], "0"],
                    ["error", ["type": "forbidden"], "0"],
                ]
            ]
        }
        var request = Request()
        let pending = request.call(EmailSubmissionSet(account: "c", create: ["s": [:]]))
        let response = try await server.client().send(request)
        #expect(try response.get(pending).created("s") == "1")
        let error = #expect(throws: JMAPError.self) { try response.impliedEmailSet(pending) }
        #expect(error?.code == .method("forbidden"))
    }
}
