package import JMAP
package import Stalwart

/// Tries whether a fresh credential can send; a seam, so that tests can let an agent fail its proof.
package struct Prover: Sendable {
    /// Throws `unsafe` where a door was open, anything else where it could not be tried.
    ///
    /// It is given the administration, the agent's account, its address and the credential.
    package let prove: @Sendable (any Administration, AccountID, String, Credential) async throws(AgentsError) -> Void

    /// Makes a prover.
    package init(
        _ prove:
            @escaping @Sendable (any Administration, AccountID, String, Credential) async throws(AgentsError) -> Void
    ) {
        self.prove = prove
    }
}

extension Prover {
    /// Tries every door of the server itself with the fresh credential.
    ///
    /// - Parameters:
    ///   - smtp: The server's submission listener; nil for the one that the server names.
    ///   - client: Makes a client of the same server for another login.
    package static func trying(
        smtp: SendingProver.SMTPPlace? = nil, _ client: @escaping @Sendable (Credential) -> JMAPClient
    ) -> Prover {
        Prover { administration, account, address, credential throws(AgentsError) in
            let listener = if let smtp { smtp } else { await administration.submissionListener() }
            let proof: SendingProof
            do throws(StalwartError) {
                proof = try await SendingProver(
                    client: client(credential), credential: credential, account: account, address: address,
                    operator: administration, smtp: listener
                ).prove()
            } catch { throw AgentsError(error) }
            guard proof.holds else {
                throw AgentsError(
                    .unsafe, "\(address) is not handed out. \(proof.sentence)",
                    cure: "Bring the role agenticmail-agent in order: agenticmail doctor says what differs.")
            }
        }
    }
}
