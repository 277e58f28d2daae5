import JMAP

extension SendingProver {
    /// The methods that are tried: with ids that do not exist where that suffices, so that even an open door sends
    /// nothing. Where a thing has to be made to tell, it is one that does nothing, and it is removed again.
    static func attempts(address: String, account: AccountID) -> [Attempt] {
        let marker = "agenticmail proof"
        let bogus: JSON = ["emailId": "zz", "identityId": "zz"]
        return [
            Attempt(
                id: "submission.create", name: "EmailSubmission/set create", method: "EmailSubmission/set",
                arguments: ["create": ["probe": bogus]], capabilities: [.mail, .submission]),
            Attempt(
                id: "submission.update", name: "EmailSubmission/set update", method: "EmailSubmission/set",
                arguments: ["update": ["zz": ["undoStatus": "canceled"]]], capabilities: [.mail, .submission]),
            Attempt(
                id: "submission.destroy", name: "EmailSubmission/set destroy", method: "EmailSubmission/set",
                arguments: ["destroy": ["zz"]], capabilities: [.mail, .submission]),
            Attempt(
                id: "submission.empty", name: "EmailSubmission/set with onSuccess alone",
                method: "EmailSubmission/set",
                arguments: ["create": [:], "onSuccessUpdateEmail": ["zz": ["keywords/$seen": true]]],
                capabilities: [.mail, .submission]),
            Attempt(
                id: "import", name: "Email/import", method: "Email/import",
                arguments: [
                    "emails": ["probe": ["blobId": "zz", "mailboxIds": ["zz": true]]],
                    "onSuccessDestroyOriginal": false,
                ], capabilities: [.mail]),
            Attempt(
                id: "copy", name: "Email/copy", method: "Email/copy",
                arguments: [
                    "fromAccountId": account.json, "create": ["probe": ["id": "zz", "mailboxIds": ["zz": true]]],
                ], capabilities: [.mail]),
            Attempt(
                id: "identity", name: "Identity/set", method: "Identity/set",
                arguments: ["create": ["probe": ["name": .string(marker), "email": .string(address)]]],
                capabilities: [.mail, .submission]),
            Attempt(
                id: "sieve", name: "SieveScript/set", method: "SieveScript/set",
                arguments: ["create": ["probe": ["name": .string(marker), "blobId": "zz"]]],
                capabilities: ["urn:ietf:params:jmap:sieve"]),
            Attempt(
                id: "vacation", name: "VacationResponse/set", method: "VacationResponse/set",
                arguments: ["update": ["singleton": ["isEnabled": false]]],
                capabilities: [.mail, "urn:ietf:params:jmap:vacationresponse"]),
            Attempt(
                id: "push", name: "PushSubscription/set", method: "PushSubscription/set",
                arguments: ["destroy": ["zz"]], isOfAccount: false),
            Attempt(
                id: "sharing", name: "rights on mailboxes", method: "Mailbox/set",
                arguments: ["update": ["zz": ["shareWith": ["zz": ["mayReadItems": true]]]]], capabilities: [.mail]),
            Attempt(
                id: "calendar", name: "CalendarEvent/set with invitations", method: "CalendarEvent/set",
                arguments: ["destroy": ["zz"], "sendSchedulingMessages": false],
                capabilities: ["urn:ietf:params:jmap:calendars"]),
        ] + objectAttempts(account: account, marker: marker)
    }

    /// The methods of 0.16's administration; another server has none of them.
    private static func objectAttempts(account: AccountID, marker: String) -> [Attempt] {
        func attempt(_ id: String, _ name: String, _ method: String, _ arguments: [String: JSON]) -> Attempt {
            Attempt(id: id, name: name, method: method, arguments: arguments, isOfAccount: false)
        }
        let expired: JSON = ["description": .string(marker), "expiresAt": "2020-01-01T00:00:00Z"]
        return [
            attempt("key", "an API key of its own making", "x:ApiKey/set", ["create": ["probe": expired]]),
            attempt("app-password", "an app password", "x:AppPassword/set", ["create": ["probe": expired]]),
            attempt("password", "a password of its own", "x:AccountPassword/get", ["ids": ["singleton"]]),
            attempt("settings", "settings of the account", "x:AccountSettings/set", ["update": ["zz": [:]]]),
            attempt("account", "its own roles", "x:Account/set", ["update": ["zz": [:]]]),
            attempt("role", "x:Role/set", "x:Role/set", ["destroy": ["zz"]]),
            attempt("domain", "x:Domain/set", "x:Domain/set", ["destroy": ["zz"]]),
            attempt("queue", "the queue", "x:QueuedMessage/set", ["destroy": ["zz"]]),
            attempt("oauth-client", "an OAuth client", "x:OAuthClient/set", ["destroy": ["zz"]]),
            attempt("public-key", "a public key", "x:PublicKey/set", ["destroy": ["zz"]]),
            attempt("action", "an act of the server", "x:Action/set", ["destroy": ["zz"]]),
        ]
    }

    /// Removes what an open door made; gives what is left.
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
            if let `operator` = operator_, await isDestroyed(id, again, `operator`.client) { continue }
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
