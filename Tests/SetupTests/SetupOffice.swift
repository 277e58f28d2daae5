import AgenticMail
import Configuration
import Foundation
import HTTPTransport
import JMAP
import Sandbox
import Setup
import Stalwart
import TestSupport
import Testing

/// An empty server and the folders of somebody who sets a workspace up on it.
final class SetupOffice: Sendable {
    static let domain = "agents.example.org"

    let sandbox: Sandbox
    let folder: TemporaryFolder
    let origin: URL
    let admin: JMAPClient

    init() async throws {
        sandbox = try await Sandbox.start()
        folder = try TemporaryFolder()
        origin = try #require(URL(string: sandbox.url))
        admin = JMAPClient(
            origin: origin, credential: .basic(user: sandbox.admin.login, password: sandbox.admin.password))
    }

    deinit { sandbox.stop() }

    /// The folders as the environment of a program names them.
    var environment: [String: String] {
        var environment: [String: String] = [:]
        for name in ["CONFIG", "DATA", "CACHE", "STATE"] {
            environment["XDG_\(name)_HOME"] = folder.file(name.lowercased())
        }
        return environment
    }
    var locations: Locations { Locations(environment: environment) }
    var configuration: String { locations.configuration }
    var policy: String { configuration.replacing("config.toml", with: "guard.toml") }

    var request: SetupRequest {
        var request = SetupRequest(origin: origin, reviewer: "jonas")
        request.domain = Self.domain
        return request
    }

    /// A setup whose requests by the administrator's login go through a transport of the test's own.
    func setup(
        _ request: SetupRequest? = nil, transport: any HTTPClient = HTTPTransport(), fault: String? = nil
    ) async throws -> Setup {
        let origin = origin
        let client = JMAPClient(
            origin: origin, credential: .basic(user: sandbox.admin.login, password: sandbox.admin.password),
            transport: transport)
        let administration = ObjectAdministration(client: client)
        let plan = try await SetupPlan(request ?? self.request, administration)
        let plain = HTTPTransport()
        return Setup(
            plan, files: try SetupFiles(plan, kind: .objects, locations), administration: administration,
            fault: fault.flatMap { SetupFault($0) },
            client: { JMAPClient(origin: origin, credential: $0, transport: plain) })
    }

    /// Every object that an administrator sees, with mailboxes and keys, without what changes by itself.
    func picture() async throws -> Set<String> {
        var found: Set<String> = []
        for kind in ["x:Domain", "x:Role", "x:Account", "x:DkimSignature", "x:MtaHook"] {
            var request = Request()
            let query = request.call(RawCall("\(kind)/query", [:]))
            let get = request.call(RawCall("\(kind)/get", ["#ids": query.reference("/ids").json]))
            for object in try await admin.send(request).get(get)["list"]?.array ?? [] {
                var members = object.object ?? [:]
                members["usedDiskQuota"] = nil
                found.insert("\(kind) \(JSON.object(members))")
                guard kind == "x:Account", let id = members["id"]?.string else { continue }
                for kind in ["x:ApiKey", "x:AppPassword"] {
                    let answer = try await admin.call(RawCall("\(kind)/get", ["accountId": .string(id), "ids": .null]))
                    for key in answer["list"]?.array ?? [] { found.insert("\(kind) of \(id) \(key)") }
                }
                let boxes = try await admin.call(MailboxGet(account: AccountID(id), ids: .all))
                for box in boxes.list {
                    found.insert("Mailbox of \(id) \(box.id) \(box.name ?? "") in \(box.parentID?.rawValue ?? "-")")
                }
            }
        }
        return found
    }

    /// Every file below the folders with its content and mode.
    func files() throws -> [String: String] {
        var found: [String: String] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let path = folder.file(name)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
            let mode = String(attributes[.posixPermissions] as? Int ?? 0, radix: 8)
            found[name] =
                "\(mode) " + String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        }
        return found
    }

    /// Writes a file as a person would.
    func write(_ text: String, to path: String) throws {
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    /// What is wrong about the whole workspace; empty where it is one.
    func faults() async throws -> [String] {
        var faults: [String] = []
        let administration = ObjectAdministration(client: admin)
        for check in try await administration.checkRoles() where !check.isExact { faults.append(check.sentence) }
        let group = try await administration.account(at: "review@\(Self.domain)")
        if group?.kind != .group { faults.append("there is no group") }
        let configuration = try Configuration.load(locations)
        for (name, suffix) in [("guard", "-guard"), ("operator", ""), ("jonas", "-review")] {
            guard let account = try await administration.account(at: "\(name)@\(Self.domain)") else {
                faults.append("there is no \(name)")
                continue
            }
            if !account.groups.contains(group?.id ?? "") { faults.append("\(name) is not in the group") }
            let keys = try await administration.keys(of: account.id)
            if keys.count != 1 { faults.append("\(name) has \(keys.count) keys") }
            let workspace = try #require(configuration[workspace: "agents-example-org\(suffix)"])
            let login = JMAPClient(origin: origin, credential: try WorkspaceOptions.credential(of: workspace))
            if try await login.session().accounts[account.id] == nil { faults.append("\(name) does not log in") }
        }
        return faults
    }
}

/// A transport that loses the answer to one of its requests, or never sends it.
final class LosingTransport: HTTPClient {
    private let transport = HTTPTransport()
    private let number: Int
    private let sends: Bool
    private let count = Counter()

    init(losing number: Int, afterSending sends: Bool) {
        self.number = number
        self.sends = sends
    }

    /// Whether there was such a request.
    var hasLost: Bool { count.value >= number }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        guard count.next() == number else { return try await transport.send(request) }
        if sends { _ = try await transport.send(request) }
        throw HTTPError(.cut, place: "the test")
    }

    func download(_ request: HTTPRequest, to path: String) async throws(HTTPError) -> HTTPDownload {
        try await transport.download(request, to: path)
    }

    func events(_ request: HTTPRequest) -> AsyncThrowingStream<HTTPStreamElement, any Error> {
        transport.events(request)
    }
}
