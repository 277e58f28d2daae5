import JMAP
import Stalwart

extension Doctor {
    /// Whether the server can be administered by this login, and whether our roles are what they should be.
    func administration() async -> [Check] {
        do throws(WorkspaceError) {
            let administration = try await workspace.domainAdministration()
            return await described(administration)
        } catch {
            return [
                Check("administration", .warning, error.message, cure: error.cure)
            ]
                + ["roles", "unfinished", "orphans", "agents cannot send", "agents' keys", "DNS"].map {
                    Check($0, .skipped, "Nothing can be said without the server's administration.")
                }
        }
    }

    private func described(_ administration: any Administration) async -> [Check] {
        let reached: Check
        do throws(StalwartError) {
            let server = try await administration.describe()
            let version = server.version ?? server.kind.rawValue
            reached = Check(
                "administration", .good, "Stalwart \(version) is administered by \(way(server.kind)).")
        } catch {
            if case .missingPermission = error.code {
                reached = Check(
                    "administration", .good, "Stalwart \(administration.kind.rawValue); the login may not ask for more."
                )
            } else {
                reached = Check("administration", .warning, error.sentence, cure: error.cure)
            }
        }
        var checks = [reached, await roles(administration)]
        checks += await agentChecks(administration)
        checks.append(await records(administration))
        for check in workspace.options.furtherChecks { checks += await check(workspace) }
        return checks
    }

    private func way(_ kind: ServerKind) -> String {
        switch kind {
        case .objects: "JMAP objects"
        case .principals: "principals over REST"
        }
    }

    private func roles(_ administration: any Administration) async -> Check {
        let checks: [RoleCheck]
        do throws(StalwartError) { checks = try await administration.checkRoles() } catch {
            if case .missingPermission = error.code {
                return Check(
                    "roles", .skipped, "The login may not look at roles.")
            }
            return Check("roles", .warning, error.sentence, cure: error.cure)
        }
        let cure = "agenticmail doctor --repair makes the roles what they should be."
        let drifted = checks.filter { $0.role != nil && !$0.isExact }
        if !drifted.isEmpty {
            return Check(
                "roles", drifted.contains(where: \.isDangerous) ? .failed : .warning,
                drifted.map(\.sentence).joined(separator: " "), cure: cure)
        }
        // A role is made when the first account needs it.
        let absent = checks.filter { $0.role == nil }.map(\.definition.name)
        let made = checks.count - absent.count
        let rest = absent.isEmpty ? "" : " Not made yet: \(absent.joined(separator: ", "))."
        return Check(
            "roles", .good,
            made == 0 ? "No role is made yet." : "\(made) roles are exactly what they should be.\(rest)")
    }
}

extension Workspace {
    /// Makes our roles that are missing, and sets the permissions of those that differ.
    package func repairRoles() async throws(WorkspaceError) {
        let administration = try await domainAdministration()
        do throws(StalwartError) { try await administration.repairRoles() } catch { throw WorkspaceError(error) }
    }
}
