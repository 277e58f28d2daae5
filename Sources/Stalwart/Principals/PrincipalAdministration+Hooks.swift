import HTTPTransport
import JMAP

// 0.15 keeps its hooks among the settings of its file, which this program does not write.

extension PrincipalAdministration {
    package func mailHooks() async throws(StalwartError) -> [MailHook] { throw noHooks("list the server's hooks") }

    package func makeMailHook(url: String, secret: String) async throws(StalwartError) -> String {
        throw noHooks("make the hook to \(url)")
    }

    package func removeMailHook(_ id: String) async throws(StalwartError) { throw noHooks("remove the hook \(id)") }

    package func reloadSettings() async throws(StalwartError) {
        let act = Act(words: "make the server read its settings", permission: "settings-reload", writes: true)
        _ = try await ask(.get, "/api/reload", for: act)
    }

    private func noHooks(_ words: String) -> StalwartError {
        StalwartError(
            .unsupported, act: words, place: place, detail: "0.15 has its hooks in its own settings, session.hook")
    }
}
