import FoundationEssentials
import JMAP

extension ObjectAdministration {
    package func submissionListener() async -> SendingProver.SMTPPlace? {
        let act = Act(words: "find the submission listener", permission: "sysNetworkListenerQuery")
        guard let host = client.origin.host(), let listeners = try? await all("x:NetworkListener", [:], for: act) else {
            return nil
        }
        let found = listeners.first { $0["name"]?.string == "submission" }
        guard let bind = found?["bind"]?.object?.keys.sorted().first, let colon = bind.lastIndex(of: ":"),
            let port = UInt16(bind[bind.index(after: colon)...])
        else { return nil }
        return SendingProver.SMTPPlace(host: host, port: port, isRequired: false)
    }
}
