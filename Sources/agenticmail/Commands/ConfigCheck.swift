import AgenticMail
import Configuration
import Console
import SafeText
import TerminalUI

extension CommandHandlers {
    private struct FaultReport: Encodable {
        let code: String
        let file: String
        let line: Int?
        let column: Int?
        let key: String?
        let message: String
        let cure: String

        init(_ fault: ConfigurationFault) {
            code = fault.code.rawValue
            file = fault.file
            line = fault.line
            column = fault.column
            key = fault.key
            message = fault.message
            cure = fault.cure
        }
    }

    /// `config check`: every fault of the configuration and the themes; done where there is none.
    @Sendable static func configCheck(_ context: CommandContext) async throws -> ExitCode {
        let (configuration, found) = ConfigurationCheck.run(context.locations)
        let themes = ThemeLibrary(folder: context.locations.themes)
        var faults = found + themes.faults
        if let name = configuration?.console.theme, !themes.themes.contains(where: { $0.name == name }) {
            faults.append(
                .init(
                    .wrongValue, file: configuration?.file ?? context.locations.configuration, key: "console.theme",
                    message: "is “\(name)”, and there is no such theme",
                    cure: Suggestion.cure(for: name, among: themes.themes.map(\.name))))
        }
        let output = context.output
        if output.isJSON {
            try output.list(faults.map(FaultReport.init), empty: .empty, columns: [])
            return faults.isEmpty ? .done : .failed
        }
        for fault in faults { try output.print(SafeText(untrusted: fault.sentence)) }
        if faults.isEmpty {
            if let file = configuration?.file {
                try output.print("\(untrusted: file) is in order: \(configuration?.workspaces.count ?? 0) workspaces.")
            } else {
                try output.print("There is no \(untrusted: context.locations.configuration); the defaults are used.")
            }
        }
        return faults.isEmpty ? .done : .failed
    }
}
