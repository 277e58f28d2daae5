package import DNS
import Glibc
package import Stalwart

extension Workspace {
    /// Every domain of the server, by name.
    package func domains() async throws(WorkspaceError) -> [DomainSummary] {
        let administration = try await domainAdministration()
        do throws(StalwartError) {
            return try await administration.domains().sorted { $0.name < $1.name }.map(DomainSummary.init)
        } catch { throw WorkspaceError(error) }
    }

    /// Adds a domain, with a key that signs its mail.
    ///
    /// - Parameters:
    ///   - name: The name; one that is there already is refused and left as it is.
    ///   - detail: What is written about it.
    ///   - signs: Whether a signing key is made too; one that cannot be made is a warning.
    ///   - isTrial: Whether it is only said what would be done.
    package func addDomain(
        _ name: String, detail: String, signs: Bool, isTrial: Bool
    ) async throws(WorkspaceError) -> DomainAddition {
        let name = try Self.domainName(name)
        let administration = try await domainAdministration()
        do throws(StalwartError) {
            if let there = try await administration.domain(named: name) {
                throw StalwartError(.alreadyExists(id: there.id.rawValue), act: "add the domain \(name)")
            }
            guard !isTrial else {
                return DomainAddition(
                    name: name, id: "",
                    steps: ["The domain \(name) would be added\(signs ? ", with a key that signs its mail" : "")."],
                    warnings: [])
            }
            let id = try await administration.makeDomain(named: name, detail: detail)
            var steps = ["The domain \(name) was added."]
            var warnings: [String] = []
            if signs {
                do throws(StalwartError) {
                    try await administration.makeSigningKey(
                        for: Domain(id: id, name: name), selector: "agenticmail", algorithm: .ed25519)
                    steps.append("A key that signs its mail with Ed25519 was made.")
                } catch {
                    warnings.append(error.description)
                }
            }
            return DomainAddition(name: name, id: id.rawValue, steps: steps, warnings: warnings)
        } catch { throw WorkspaceError(error) }
    }

    /// The records that the server wants a domain to have.
    package func domainRecords(_ name: String) async throws(WorkspaceError) -> [DomainRecord] {
        try await zone(name).enumerated().map { DomainRecord($0 + 1, $1) }
    }

    /// The records that the server wants a domain to have, as a zone file.
    package func domainZone(_ name: String) async throws(WorkspaceError) -> String {
        ZoneFile.text(try await zone(name), of: try Self.domainName(name))
    }

    /// The records that the server wants a domain to have, beside those that name servers have.
    ///
    /// Offline each record says so, and what is wanted is there all the same.
    package func checkDomain(
        _ name: String, with resolver: Resolver = Resolver()
    ) async throws(WorkspaceError) -> [DomainRecord] {
        let records = try await zone(name)
        return await RecordCheck.check(records, with: resolver).enumerated().map {
            DomainRecord($0 + 1, $1.wanted, $1)
        }
    }

    /// Saves the records that the server wants a domain to have as `NAME.zone` in a folder; gives the file's path.
    ///
    /// A file that is there already is not touched.
    package func saveZone(of name: String, to folder: String) async throws(WorkspaceError) -> String {
        let text = try await domainZone(name)
        let path = "\(folder)/\(try Self.domainName(name)).zone"
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else {
            let why = errno == EEXIST ? "there is a file of that name" : String(cString: strerror(errno))
            throw WorkspaceError(
                .file, "\(path) cannot be written: \(why).", cure: "Move it away, or choose another folder.")
        }
        defer { close(file) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else {
                let why = String(cString: strerror(errno))
                unlink(path)
                throw WorkspaceError(.file, "\(path) cannot be written: \(why).", cure: "See that there is room.")
            }
            rest = rest.dropFirst(count)
        }
        return path
    }

    private func zone(_ name: String) async throws(WorkspaceError) -> [ZoneRecord] {
        let name = try Self.domainName(name)
        let administration = try await domainAdministration()
        do throws(StalwartError) {
            guard let domain = try await administration.domain(named: name) else {
                throw StalwartError(.notFound, act: "look for the domain \(name)")
            }
            return ZoneFile.records(domain.zoneText)
        } catch { throw WorkspaceError(error) }
    }

    package func domainAdministration() async throws(WorkspaceError) -> any Administration {
        do throws(StalwartError) {
            return try await ServerProbe.administration(of: client)
        } catch { throw WorkspaceError(error) }
    }

    /// A domain's name in lower case; throws for what is none.
    static func domainName(_ text: String) throws(WorkspaceError) -> String {
        let name = ZoneRecord.plain(text)
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isGood =
            labels.count >= 2 && name.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { byte in
                        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
                    }
            }
        guard isGood else {
            throw WorkspaceError(
                .wrongUsage, "\(text) is no name of a domain.",
                cure: "Write it in letters, digits and hyphens, such as agents.example.org; others as xn--….")
        }
        return name
    }
}

extension WorkspaceError {
    /// What an error of the server's administration means here.
    package init(_ error: StalwartError) {
        let code: Code
        switch error.code {
        case .unauthorized: code = .loginRefused
        case .suspended, .missingPermission: code = .notAllowed
        case .notReached, .limit, .unavailable: code = .notReachable
        case .unknownServer, .malformed: code = .notJMAP
        case .notFound: code = .notFound
        case .cancelled: code = .cancelled
        case .alreadyExists, .inUse, .quota, .unknownReference, .invalid, .race, .unsupported, .refused: code = .failed
        }
        self.init(code, error.sentence, cure: error.cure)
    }
}
