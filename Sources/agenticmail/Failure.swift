import AgenticMail
import Configuration
import Guard

/// What a command could not do, as it is told to a person or a program.
struct Failure: Error, Sendable, Encodable {
    let code: String
    let message: String
    let cure: String
    let exitCode: ExitCode

    private enum CodingKeys: String, CodingKey {
        case code, message, cure
    }

    init(code: String, message: String, cure: String, exitCode: ExitCode) {
        self.code = code
        self.message = message
        self.cure = cure
        self.exitCode = exitCode
    }

    init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as GuardError: self.init(error)
        case let error as UsageError:
            self.init(code: "wrongUsage", message: error.message, cure: error.cure, exitCode: .wrongUsage)
        case let error as WorkspaceError:
            self.init(code: error.code.rawValue, message: error.message, cure: error.cure, exitCode: error.exitCode)
        case let error as ConfigurationError:
            self.init(
                code: "configuration", message: error.sentence, cure: "agenticmail config check lists every fault.",
                exitCode: .failed)
        case is CancellationError:
            self.init(
                code: "cancelled", message: "It was stopped before it was done.",
                cure: "Run it again when it is wanted.",
                exitCode: .interrupted)
        default:
            self.init(
                code: "failed", message: "Something that the program does not expect: \(error).",
                cure: "The log may say more.", exitCode: .failed)
        }
    }
}
