extension Server {
    /// x:MtaHook/get; secrets are not shown.
    func hookGet(_ call: inout Call) throws -> JSONObject {
        try objectGet(.mtaHook, call) { _, object in
            var shown = object
            shown["createdAt"] = nil
            if var auth = object["httpAuth"]?.object {
                for (member, value) in auth where value["secret"] != nil {
                    auth[member] = ["@type": "Value", "secret": "****"]
                }
                shown["httpAuth"] = .object(auth)
            }
            return shown
        }
    }

    /// x:MtaHook/query.
    func hookQuery(_ call: inout Call) throws -> JSONObject {
        try objectQuery(.mtaHook, call, filters: []) { _, _, _, _ in true }
    }

    /// x:MtaHook/set.
    func hookSet(_ call: inout Call) throws -> JSONObject {
        func checked(_ object: JSONObject) throws(SetError) -> JSONObject {
            guard let url = object["url"]?.string, url.hasPrefix("http://") || url.hasPrefix("https://") else {
                throw SetError("invalidPatch", "Invalid value for property.", properties: ["url"])
            }
            return object
        }
        return try objectSet(
            .mtaHook, call,
            ObjectRules(
                create: { object, _ in (try checked(object), [:]) }, update: { _, _, new in try checked(new) },
                destroy: { _, _ in }))
    }

    /// The hooks that are asked at DATA, in the order in which they were made.
    var hooks: [MailHook] {
        directory.ids(.mtaHook).compactMap { directory.object(.mtaHook, $0).flatMap(MailHook.init) }
    }

    // MARK: Listeners

    /// x:NetworkListener/query: the listener for mail from outside, where it is open.
    func listenerQuery(_ call: inout Call) throws -> JSONObject {
        try call.need("sysNetworkListenerQuery")
        let ids: [JSONValue] = smtpPort == nil ? [] : [.string(Base32.id(1))]
        return [
            "accountId": .string(Base32.id(call.login.account)), "queryState": "n", "canCalculateChanges": true,
            "position": 0, "ids": .array(ids),
        ]
    }

    /// x:NetworkListener/get.
    func listenerGet(_ call: inout Call) throws -> JSONObject {
        try call.need("sysNetworkListenerGet")
        var list: [JSONValue] = []
        if let smtpPort {
            list.append([
                "id": .string(Base32.id(1)), "name": "smtp", "protocol": "smtp",
                "bind": ["127.0.0.1:\(smtpPort)": true], "useTls": false, "tlsImplicit": false,
            ])
        }
        return ["accountId": .string(Base32.id(call.login.account)), "list": .array(list), "notFound": []]
    }

    // MARK: What is asked of hooks

    /// What tells one submission of a request from another.
    struct HookKey: Hashable, Sendable {
        let email: String
        let envelope: String

        init(_ submission: JSONValue) {
            email = submission["emailId"]?.string ?? ""
            envelope = submission["envelope"]?.text ?? ""
        }
    }

    /// The messages that a request is about to submit, as hooks are told of them. What cannot be submitted is left out:
    /// the call itself says why.
    func submissions(in request: Request, login: Login) -> [(key: HookKey, message: IncomingMessage)] {
        var found: [(key: HookKey, message: IncomingMessage)] = []
        for (name, arguments, _) in request.calls where name == "EmailSubmission/set" {
            let call = Call(name: name, arguments: arguments, login: login, createdIDs: [:])
            guard login.may("jmapEmailSubmissionCreate"), let account = try? account(call),
                let owner = directory.account(account)
            else { continue }
            for (_, value) in arguments["create"]?.object ?? [:] {
                guard let key = value["emailId"]?.string.flatMap(EmailKey.init),
                    let email = try? store.email(key.number, account: account),
                    let raw = try? store.bytes(hash: email.hash), let metadata = EmailMetadata(raw),
                    let envelope = try? Envelope(
                        value["envelope"], identity: owner.address, email: metadata, takesExamples: takesExamples)
                else { continue }
                let message = IncomingMessage(
                    raw: Self.withoutBcc(raw), sender: envelope.sender, recipients: envelope.recipients,
                    login: owner.address)
                found.append((HookKey(value), message))
            }
        }
        return found
    }

    /// What the hooks said to a submission of the request that is answered now.
    func hooked(_ submission: JSONValue, _ message: IncomingMessage) throws(SetError) -> IncomingMessage? {
        guard !hooks.isEmpty else { return message }
        // An email that the same request has made is not there yet when hooks are asked.
        switch verdicts[HookKey(submission)] ?? .unavailable {
        case .accept(let changed): return changed
        case .discard: return nil
        case .refuse(let reply): throw SetError("forbiddenToSend", "Server rejected DATA: \(reply)")
        }
    }
}
