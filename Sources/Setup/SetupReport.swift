import Stalwart

/// What setup has brought about.
package struct SetupReport: Sendable {
    /// How the first reviewer signs in: the only time that the secret is seen.
    package struct SignIn: Sendable {
        /// The address.
        package let login: String
        /// The key, on 0.15 the password.
        package let secret: String
        /// What belongs into the configuration of the reviewer's machine; the secret goes into the file that it names.
        package let configuration: String
    }

    /// The steps that this run did; the others were done before.
    package let done: [SetupStep.Kind]
    /// The operator's workspace.
    package let workspace: String
    /// The domain of the agents' addresses.
    package let domain: String
    /// The address of the reviewers' group.
    package let group: String
    /// The addresses of those who work with the agents.
    package let addresses: [SetupPerson: String]
    /// The files that this run wrote or added to.
    package let written: [String]
    /// The configuration's file.
    package let configuration: String
    /// The policy's file.
    package let policy: String
    /// How the first reviewer signs in; nil where an earlier run has shown it.
    package let signIn: SignIn?
    /// What could not be done beside the rest, with its cure.
    package let warnings: [String]

    init(_ context: SetupContext, _ state: SetupState, done: [SetupStep.Kind]) {
        self.done = done
        workspace = context.plan.workspace
        domain = context.plan.domain
        group = context.plan.group
        addresses = context.plan.addresses
        written = state.writtenFiles.map(\.path)
        configuration = context.files.configuration
        policy = context.files.policy
        signIn = state.madeKeys[.reviewer].map {
            SignIn(
                login: context.plan.address(.reviewer), secret: $0.secret,
                configuration: context.files.table(.reviewer))
        }
        warnings = state.warnings
    }
}
