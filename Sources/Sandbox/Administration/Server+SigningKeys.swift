import Sodium

/// Keys that sign a domain's mail: kept, shown without their secret, and named in the domain's zone.
extension Server {
    private static let kind = "Dkim1Ed25519Sha256"

    /// x:DkimSignature/get.
    func signingKeyGet(_ call: inout Call) throws -> JSONObject {
        try objectGet(.signingKey, call) { _, object in
            var shown = object
            shown["privateKey"] = ["@type": "Text", "secret": "****"]
            return shown
        }
    }

    /// x:DkimSignature/query.
    func signingKeyQuery(_ call: inout Call) throws -> JSONObject {
        try objectQuery(.signingKey, call, filters: ["domainId"]) { _, object, name, value in object[name] == value }
    }

    /// x:DkimSignature/set.
    func signingKeySet(_ call: inout Call) throws -> JSONObject {
        try objectSet(
            .signingKey, call,
            ObjectRules(
                create: { object, _ in (try self.checkedSigningKey(object), [:]) },
                update: { _, _, new in try self.checkedSigningKey(new) }, destroy: { _, _ in }))
    }

    private func checkedSigningKey(_ object: JSONObject) throws(SetError) -> JSONObject {
        guard object["@type"]?.string == Self.kind else {
            throw SetError("invalidPatch", "Missing or invalid '@type' property in object", properties: [""])
        }
        let domain = object["domainId"]?.string ?? ""
        guard let number = Base32.number(domain).map({ Int($0) }), directory.object(.domain, number) != nil else {
            throw SetError.invalidForeignKey(.domain, domain)
        }
        let selector = object["selector"]?.string ?? ""
        guard !selector.isEmpty, selector.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw SetError("invalidPatch", "Invalid value for property.", properties: ["selector"])
        }
        guard let seed = Self.seed(ofText: object["privateKey"]?["secret"]?.string ?? ""),
            let publicKey = Signing.publicKey(ofSeed: seed)
        else { throw SetError("invalidPatch", "Invalid value for property.", properties: ["privateKey"]) }
        var result = object
        result["publicKey"] = .string(Base64.encode(publicKey))
        return result
    }

    /// The seed of a private key of Ed25519 in the text form of PKCS #8 (RFC 8410, 7).
    private static func seed(ofText text: String) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }
        guard let bytes = Base64.decode(lines.joined()), bytes.count == 48 else { return nil }
        return Array(bytes.suffix(32))
    }

    /// A message with the signatures of its sender's domain before it: one by each key that is active.
    func signed(_ raw: [UInt8], sender: String) -> [UInt8] {
        let name = sender.split(separator: "@").last.map { $0.lowercased() } ?? ""
        guard let domain = directory.ids(.domain).first(where: { directory.domainName($0) == name }) else { return raw }
        var result = raw
        for key in signingKeys(of: domain) {
            guard let object = directory.object(.signingKey, key), object["stage"]?.string == "active",
                let seed = Self.seed(ofText: object["privateKey"]?["secret"]?.string ?? ""),
                let field = MailSignature(domain: name, selector: object["selector"]?.string ?? "", seed: seed)
                    .field(of: raw, at: Timestamp.now)
            else { continue }
            result = Array(field.utf8) + result
        }
        return result
    }

    /// The records of a domain's keys (RFC 6376, 3.6.1).
    func signingRecords(of domain: Int, _ name: String) -> String {
        signingKeys(of: domain).compactMap { directory.object(.signingKey, $0) }.map { key in
            "\(key["selector"]?.string ?? "")._domainkey.\(name). IN TXT "
                + "\"v=DKIM1; k=ed25519; h=sha256; p=\(key["publicKey"]?.string ?? "")\"\n"
        }.joined()
    }

    /// A domain's keys go with it.
    func removeSigningKeys(of domain: Int) throws {
        for key in signingKeys(of: domain) { try directory.remove(.signingKey, key) }
    }

    private func signingKeys(of domain: Int) -> [Int] {
        directory.ids(.signingKey).filter {
            directory.object(.signingKey, $0)?["domainId"]?.string == Base32.id(domain)
        }
    }
}
