import JMAP

extension ObjectAdministration {
    package func mailHooks() async throws(StalwartError) -> [MailHook] {
        let act = Act(words: "list the server's hooks", permission: "sysMtaHookQuery")
        return try await all("x:MtaHook", [:], for: act).compactMap { object in
            guard let id = object["id"]?.string, let url = object["url"]?.string else { return nil }
            let conditions = object["enable"]?["match"]?.object ?? [:]
            return MailHook(
                id: id, url: url,
                asksOfAll: object["enable"]?["else"]?.string == "true" && conditions.isEmpty
                    && object["stages"]?["data"]?.bool == true,
                letsMailWait: object["tempFailOnError"]?.bool ?? true,
                hasSecret: object["httpAuth"]?["@type"]?.string == "Bearer")
        }
    }

    package func makeMailHook(url: String, secret: String) async throws(StalwartError) -> String {
        let act = Act(words: "make the hook to \(url)", permission: "sysMtaHookCreate", writes: true)
        let made = try await make(
            "x:MtaHook",
            [
                "url": .string(url), "stages": ["data": true], "enable": ["else": "true"], "timeout": 5000,
                "tempFailOnError": true,
                "httpAuth": ["@type": "Bearer", "bearerToken": ["@type": "Value", "secret": .string(secret)]],
            ], for: act)
        return made["id"]?.string ?? ""
    }

    package func removeMailHook(_ id: String) async throws(StalwartError) {
        try await destroy(
            "x:MtaHook", id, for: Act(words: "remove the hook \(id)", permission: "sysMtaHookDestroy", writes: true))
    }

    package func reloadSettings() async throws(StalwartError) {
        let act = Act(words: "make the server read its settings", permission: "sysActionCreate", writes: true)
        let answer = try await call("x:Action/set", ["create": ["new": ["@type": "ReloadSettings"]]], for: act)
        guard let error = answer["notCreated"]?["new"] else { return }
        throw StalwartError(
            .refused(error["type"]?.string ?? ""), act: act.words, place: place,
            detail: error["description"]?.string ?? "")
    }
}
