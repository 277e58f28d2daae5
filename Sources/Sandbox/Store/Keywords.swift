/// The keywords that every account has beside the 99 of its own.
enum Keywords {
    static let wellKnown: Set<String> = [
        "$seen", "$draft", "$flagged", "$answered", "$recent", "$important", "$phishing", "$junk", "$notjunk",
        "$deleted",
        "$forwarded", "$mdnsent", "$autosent", "$canunsubscribe", "$followed", "$hasattachment", "$hasmemo",
        "$hasnoattachment", "$imported", "$istrusted", "$maskedemail", "$memo", "$muted", "$new", "$notify",
        "$unsubscribed",
    ]

    /// A keyword as it is kept: cut at the limit, never inside a character.
    static func kept(_ name: String) -> String {
        guard name.utf8.count > Limits.keywordBytes else { return name }
        var result = ""
        for scalar in name.unicodeScalars {
            guard result.utf8.count + String(scalar).utf8.count <= Limits.keywordBytes else { break }
            result.unicodeScalars.append(scalar)
        }
        return result
    }
}

extension Store {
    /// The keywords of a set that the account has or can still learn; the others vanish.
    func known(_ keywords: Set<String>, account: Int) throws -> Set<String> {
        var result: Set<String> = []
        for name in keywords.map(Keywords.kept).sorted() {
            if Keywords.wellKnown.contains(name) {
                result.insert(name)
                continue
            }
            let isKnown = try count(account) { counters in
                if counters.keywords.contains(name) { return true }
                guard counters.keywords.count < Limits.customKeywords else { return false }
                counters.keywords.append(name)
                return true
            }
            if isKnown { result.insert(name) }
        }
        return result
    }
}
