import Sodium

/// Keys that sign a domain's mail: kept, shown without their secret, and named in the domain's zone. Nothing is signed.
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
        if let kept = object["publicKey"]?.string, !kept.isEmpty { return object }
        guard let publicKey = Self.publicKey(ofText: object["privateKey"]?["secret"]?.string ?? "") else {
            throw SetError("invalidPatch", "Invalid value for property.", properties: ["privateKey"])
        }
        var result = object
        result["publicKey"] = .string(Base64.encode(publicKey))
        // The secret is of no use here, so that it is not kept.
        result["privateKey"] = ["@type": "Text", "secret": ""]
        return result
    }

    /// The public key of a private one of Ed25519 in the text form of PKCS #8 (RFC 8410, 7).
    private static func publicKey(ofText text: String) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }
        guard let bytes = Base64.decode(lines.joined()), bytes.count == 48 else { return nil }
        return Signing.publicKey(ofSeed: Array(bytes.suffix(32)))
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
