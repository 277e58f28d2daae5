extension Server {
    /// Runs one method: the response's arguments, or an error.
    typealias Method = @Sendable (Server) -> (inout Call) throws -> JSONObject

    /// Every method: the capability that it needs in `using`, and what runs it. Management methods need none.
    private static let methods: [String: (capability: String?, run: Method)] = [
        "Core/echo": (Capability.core, coreEcho),
        "Mailbox/get": (Capability.mail, mailboxGet),
        "Mailbox/changes": (Capability.mail, mailboxChanges),
        "Mailbox/query": (Capability.mail, mailboxQuery),
        "Mailbox/queryChanges": (Capability.mail, mailboxQueryChanges),
        "Mailbox/set": (Capability.mail, mailboxSet),
        "Thread/get": (Capability.mail, threadGet),
        "Thread/changes": (Capability.mail, threadChanges),
        "Email/get": (Capability.mail, emailGet),
        "Email/changes": (Capability.mail, emailChanges),
        "Email/query": (Capability.mail, emailQuery),
        "Email/queryChanges": (Capability.mail, emailQueryChanges),
        "Email/set": (Capability.mail, emailSet),
        "Email/copy": (Capability.mail, emailCopy),
        "Email/import": (Capability.mail, emailImport),
        "Email/parse": (Capability.mail, emailParse),
        "SearchSnippet/get": (Capability.mail, searchSnippetGet),
        "Identity/get": (Capability.submission, identityGet),
        "Identity/changes": (Capability.submission, identityChanges),
        "EmailSubmission/get": (Capability.submission, submissionGet),
        "EmailSubmission/changes": (Capability.submission, submissionChanges),
        "EmailSubmission/query": (Capability.submission, submissionQuery),
        "EmailSubmission/set": (Capability.submission, submissionSet),
        "Blob/copy": (Capability.core, blobCopy),
        "Blob/upload": (Capability.blob, blobUpload),
        "Blob/get": (Capability.blob, blobGet),
        "Blob/lookup": (Capability.blob, blobLookup),
        "Quota/get": (Capability.quota, quotaGet),
        "x:Domain/get": (nil, domainGet), "x:Domain/query": (nil, domainQuery), "x:Domain/set": (nil, domainSet),
        "x:DkimSignature/get": (nil, signingKeyGet), "x:DkimSignature/query": (nil, signingKeyQuery),
        "x:DkimSignature/set": (nil, signingKeySet),
        "x:Role/get": (nil, roleGet), "x:Role/query": (nil, roleQuery), "x:Role/set": (nil, roleSet),
        "x:Account/get": (nil, accountGet), "x:Account/query": (nil, accountQuery), "x:Account/set": (nil, accountSet),
        "x:ApiKey/get": (nil, apiKeyGet), "x:ApiKey/query": (nil, apiKeyQuery), "x:ApiKey/set": (nil, apiKeySet),
        "x:AppPassword/get": (nil, appPasswordGet), "x:AppPassword/query": (nil, appPasswordQuery),
        "x:AppPassword/set": (nil, appPasswordSet),
        "x:QueuedMessage/get": (nil, queuedMessageGet), "x:QueuedMessage/query": (nil, queuedMessageQuery),
        "x:QueuedMessage/set": (nil, queuedMessageSet),
        "x:MtaHook/get": (nil, hookGet), "x:MtaHook/query": (nil, hookQuery), "x:MtaHook/set": (nil, hookSet),
        "x:MtaInboundThrottle/get": (nil, throttleGet), "x:MtaInboundThrottle/query": (nil, throttleQuery),
        "x:MtaInboundThrottle/set": (nil, throttleSet),
        "x:NetworkListener/get": (nil, listenerGet), "x:NetworkListener/query": (nil, listenerQuery),
        "x:Action/set": (nil, actionSet), "x:Task/query": (nil, taskQuery),
    ]

    /// A request as JMAP knows it, nil where the body is none.
    struct Request {
        let using: Set<String>
        let calls: [(name: String, arguments: JSONObject, id: String)]
        let createdIDs: [String: String]?

        init?(_ body: [UInt8]) {
            guard let object = (try? JSONValue(parsing: body))?.object, let using = object["using"]?.strings,
                Capability.known.isSuperset(of: using), let list = object["methodCalls"]?.array
            else { return nil }
            var calls: [(name: String, arguments: JSONObject, id: String)] = []
            for call in list {
                guard let call = call.array, call.count == 3, let name = call[0].string, let arguments = call[1].object,
                    let id = call[2].string
                else { return nil }
                calls.append((name, arguments, id))
            }
            self.using = Set(using)
            self.calls = calls
            var created: [String: String]?
            if let members = object["createdIds"]?.object {
                created = [:]
                for (key, value) in members { created?[key] = value.string }
            }
            createdIDs = created
        }
    }

    /// Answers a request's calls one after the other.
    func answer(_ request: Request, login: Login, faults: CallFaults) -> JSONValue {
        var responses: [(name: String, arguments: JSONObject, id: String)] = []
        var created = request.createdIDs ?? [:]
        for (name, arguments, id) in request.calls {
            do {
                if let error = faults.error(for: name) { throw error }
                guard let method = Self.methods[name] else {
                    throw AbsentMethods.error(name, using: request.using, login: login)
                }
                if let capability = method.capability, !request.using.contains(capability) {
                    throw MethodError(
                        "unknownMethod",
                        "Method \(name) requires capability \(capability) which is not present in the \"using\" property."
                    )
                }
                var arguments = try References.resolve(arguments, responses: responses)
                arguments = try References.resolve(arguments, created: created)
                var call = Call(name: name, arguments: arguments, login: login, createdIDs: created)
                let answer = try method.run(self)(&call)
                for (key, value) in answer["created"]?.object ?? [:] { created[key] = value["id"]?.string }
                responses.append((name, answer, id))
                responses += call.following.map { ($0.name, $0.arguments, id) }
            } catch let error as MethodError {
                responses.append(("error", error.json, id))
            } catch {
                responses.append(("error", MethodError("serverFail", "\(error)").json, id))
            }
        }
        var object: JSONObject = [
            "methodResponses": .array(responses.map { [.string($0.name), .object($0.arguments), .string($0.id)] }),
            "sessionState": .string(sessionState(login)),
        ]
        if request.createdIDs != nil {
            object["createdIds"] = .object(
                JSONObject(created.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        }
        return .object(object)
    }

    private func coreEcho(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapCoreEcho")
        return call.arguments
    }
}
