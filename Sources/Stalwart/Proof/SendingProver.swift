import FoundationEssentials
package import JMAP

/// Tries with a credential every door by which it could send, or get the right to send.
///
/// It leaves nothing behind: what an open door makes is removed again, with the credential itself or by the operator.
package struct SendingProver: Sendable {
    /// The credential's own client.
    package let client: JMAPClient
    /// The credential that the client logs in with: other doors take it in other ways.
    let credential: Credential
    /// The account that the credential is of.
    package let account: AccountID
    /// The account's own address.
    package let address: String
    /// What removes again what an open door made; nil where there is none, and then `remains` says what is left.
    package let `operator`: (any Administration)?
    /// Where the server's submission listener is; nil when it is not to be tried.
    package let smtp: SMTPPlace?

    /// A host and port.
    package struct SMTPPlace: Sendable, Hashable {
        /// A name or an address.
        package let host: String
        /// A port, such as 587.
        package let port: UInt16
        /// Whether it must be tried for the proof to hold; one that was only found may have a certificate of its own.
        package let isRequired: Bool

        /// Makes a value.
        package init(host: String, port: UInt16, isRequired: Bool = true) {
            self.host = host
            self.port = port
            self.isRequired = isRequired
        }

        /// Reads `HOST:PORT`, an address of IPv6 in brackets; nil for anything else.
        package init?(_ text: String) {
            guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0
            else { return nil }
            let host = text[..<colon]
            let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
            guard !host.isEmpty, isBracketed || !host.contains(":"),
                host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") })
            else { return nil }
            self.init(host: isBracketed ? String(host.dropFirst().dropLast()) : String(host), port: port)
        }
    }

    /// Makes a prover; nothing is tried yet.
    package init(
        client: JMAPClient, credential: Credential, account: AccountID, address: String,
        operator: (any Administration)? = nil, smtp: SMTPPlace? = nil
    ) {
        self.client = client
        self.credential = credential
        self.account = account
        self.address = address
        self.operator = `operator`
        self.smtp = smtp
    }

    /// Tries every door. Throws only when the server cannot be reached with the credential at all.
    package func prove() async throws(StalwartError) -> SendingProof {
        let session: Session
        do throws(JMAPError) {
            session = try await client.session(refresh: true)
        } catch {
            throw StalwartError(error, act: "log in with the credential that is to be proven", writes: false)
        }
        guard session.accounts[account] != nil else {
            throw StalwartError(
                .notFound, act: "prove that the credential cannot send", place: client.origin.absoluteString,
                detail: "its session does not have the account \(account)")
        }
        // None of them depends on another, so that they are tried side by side.
        async let methods = methodDoors(session)
        async let permissions = permissionsDoor()
        async let other = otherAccountDoor()
        async let tokens = tokenDoors()
        async let management = managementDoors()
        async let socket = socketDoor(session)
        async let logins = smtpDoors()
        var doors = await methods
        doors += await [permissions, other]
        doors += await tokens
        doors += await management
        doors += await [socket]
        doors += await logins
        return SendingProof(doors: doors)
    }
}
