import JMAP

extension SendingProver {
    /// The methods that are tried, each kind of change by itself, because each has a permission of its own.
    ///
    /// Ids that do not exist and objects that lack what they need tell a refusal of the right from any other, so that
    /// even an open door neither sends nor changes anything.
    static func attempts(address: String, account: AccountID) -> [Attempt] {
        let mail: [Capability] = [.mail]
        let submission: [Capability] = [.mail, .submission]
        let sieve: [Capability] = ["urn:ietf:params:jmap:sieve"]
        let vacation: [Capability] = [.mail, "urn:ietf:params:jmap:vacationresponse"]
        let calendars: [Capability] = ["urn:ietf:params:jmap:calendars"]
        let submit = "EmailSubmission/set"
        var attempts = [
            Attempt(
                id: "submission.create", name: "submitting a message", method: submit,
                arguments: ["create": ["probe": ["emailId": "zz", "identityId": "zz"]]], capabilities: submission),
            Attempt(
                id: "submission.update", name: "changing a submission", method: submit,
                arguments: ["update": ["zz": ["undoStatus": "canceled"]]], capabilities: submission),
            Attempt(
                id: "submission.destroy", name: "removing a submission", method: submit,
                arguments: ["destroy": ["zz"]], capabilities: submission),
            Attempt(
                id: "submission.onsuccess", name: "what follows a submission", method: submit,
                arguments: ["create": [:], "onSuccessUpdateEmail": ["zz": ["keywords/$seen": true]]],
                capabilities: submission),
            Attempt(
                id: "email.import", name: "importing a message", method: "Email/import",
                arguments: [
                    "emails": ["probe": ["blobId": "zz", "mailboxIds": ["zz": true]]],
                    "onSuccessUpdateEmail": ["#probe": ["keywords/$seen": true]],
                ], capabilities: mail),
            Attempt(
                id: "email.copy", name: "copying a message", method: "Email/copy",
                arguments: [
                    "fromAccountId": account.json, "create": ["probe": ["id": "zz", "mailboxIds": ["zz": true]]],
                ], capabilities: mail),
            Attempt(
                id: "vacation", name: "an automatic answer", method: "VacationResponse/set",
                arguments: ["update": ["zz": ["isEnabled": true]]], capabilities: vacation),
            Attempt(
                id: "sharing", name: "rights on mailboxes", method: "Mailbox/set",
                arguments: ["update": ["zz": ["shareWith": ["zz": ["mayReadItems": true]]]]], capabilities: mail),
            Attempt(
                id: "calendar", name: "invitations", method: "CalendarEvent/set",
                arguments: ["create": ["probe": [:]], "sendSchedulingMessages": false], capabilities: calendars),
        ]
        attempts += making("identity", "an identity", "Identity/set", capabilities: submission)
        attempts += making("sieve", "a Sieve script", "SieveScript/set", capabilities: sieve)
        attempts += making("push", "a push subscription", "PushSubscription/set", isOfAccount: false)
        return attempts + objectAttempts
    }

    /// The methods of 0.16's administration; another server has none of them.
    private static var objectAttempts: [Attempt] {
        var attempts: [Attempt] = []
        for (id, name, type) in [
            ("key", "an API key", "x:ApiKey"), ("app-password", "an app password", "x:AppPassword"),
            ("account", "an account", "x:Account"), ("role", "a role", "x:Role"),
            ("oauth-client", "an OAuth client", "x:OAuthClient"), ("public-key", "a public key", "x:PublicKey"),
        ] {
            attempts += making(id, name, "\(type)/set", isOfAccount: false)
        }
        for (id, name, type) in [
            ("password", "the account's password", "x:AccountPassword"),
            ("settings", "the account's settings", "x:AccountSettings"), ("queue", "the queue", "x:QueuedMessage"),
            ("domain", "a domain", "x:Domain"),
        ] {
            attempts.append(
                Attempt(
                    id: "\(id).update", name: "changing \(name)", method: "\(type)/set",
                    arguments: ["update": ["zz": ["zz": true]]], isOfAccount: false))
        }
        attempts.append(
            Attempt(
                id: "action", name: "an act of the server", method: "x:Action/set",
                arguments: ["create": ["probe": [:]]], isOfAccount: false))
        return attempts
    }

    /// Making and changing a thing.
    private static func making(
        _ id: String, _ name: String, _ method: String, capabilities: [Capability] = [], isOfAccount: Bool = true
    ) -> [Attempt] {
        [
            Attempt(
                id: "\(id).create", name: "making \(name)", method: method, arguments: ["create": ["probe": [:]]],
                capabilities: capabilities, isOfAccount: isOfAccount),
            Attempt(
                id: "\(id).update", name: "changing \(name)", method: method,
                arguments: ["update": ["zz": ["zz": true]]], capabilities: capabilities, isOfAccount: isOfAccount),
        ]
    }

    /// Removes what an open door made all the same; gives what is left.
    func removed(_ attempt: Attempt, _ answer: JSON) async -> String {
        var left: [String] = []
        for object in (answer["created"]?.object ?? [:]).values {
            guard let id = object["id"]?.string else { continue }
            var arguments: [String: JSON] = ["destroy": [.string(id)]]
            if attempt.isOfAccount { arguments["accountId"] = account.json }
            let call = RawCall(attempt.method, arguments, capabilities: attempt.capabilities)
            if await isDestroyed(id, call, client) { continue }
            arguments["accountId"] = account.json
            let again = RawCall(attempt.method, arguments, capabilities: attempt.capabilities)
            if let other = `operator`?.client, await isDestroyed(id, again, other) { continue }
            left.append("\(attempt.method) \(id)")
        }
        return left.joined(separator: ", ")
    }

    private func isDestroyed(_ id: String, _ call: RawCall, _ client: JMAPClient) async -> Bool {
        do throws(JMAPError) {
            return try await client.call(call)["destroyed"]?.array?.contains(.string(id)) == true
        } catch {
            return false
        }
    }
}
