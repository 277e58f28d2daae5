package import AgenticMail
package import Configuration
import FoundationEssentials
import HTTPTransport
package import JMAP
import Stalwart

extension Setup {
    /// A setup of what a person wants, by the administrator's login; nothing is changed.
    ///
    /// - Parameters:
    ///   - login: The administrator's, used now and kept nowhere.
    ///   - fault: A failure that is asked for, to try the way back.
    package static func open(
        _ request: SetupRequest, login: Credential, _ locations: Locations, fault: SetupFault? = nil
    ) async throws(WorkspaceError) -> Setup {
        var options = HTTPTransport.Options()
        options.extraAuthorities = request.caFile
        options.pinnedKey = request.pinnedKey
        let transport = HTTPTransport(options: options)
        let origin = request.origin
        let client: @Sendable (Credential) -> JMAPClient = {
            JMAPClient(origin: origin, credential: $0, transport: transport)
        }
        let administration: any Administration
        do throws(StalwartError) { administration = try await ServerProbe.administration(of: client(login)) } catch {
            throw WorkspaceError(error)
        }
        let plan = try await SetupPlan(request, administration)
        let files = try SetupFiles(plan, kind: administration.kind, locations)
        return Setup(plan, files: files, administration: administration, fault: fault, client: client)
    }

    /// What is to be brought about.
    package var plan: SetupPlan { context.plan }
    /// The files that are written.
    package var files: SetupFiles { context.files }
}
