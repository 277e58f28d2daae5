import Stalwart

/// An account that setup makes for somebody who works with the agents.
package enum SetupPerson: String, Sendable, Hashable, CaseIterable {
    case guardian = "guard"
    case manager = "operator"
    case reviewer

    /// What the account may do.
    var role: RoleDefinition {
        switch self {
        case .guardian: .guard
        case .manager: .operator
        case .reviewer: .reviewer
        }
    }

    /// What its workspace's name has after the name of the operator's.
    var suffix: String {
        switch self {
        case .guardian: "-guard"
        case .manager: ""
        case .reviewer: "-review"
        }
    }

    /// What it is called in a sentence.
    var title: String {
        switch self {
        case .guardian: "the guard"
        case .manager: "the operator"
        case .reviewer: "the first reviewer"
        }
    }
}
