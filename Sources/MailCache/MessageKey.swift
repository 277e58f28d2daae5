/// A message's place in the cache: its rowid, which is its date order.
///
/// The upper bits are the seconds of `receivedAt` since 1970, the lower 24 bits tell messages of one second apart. A
/// greater key is a newer message. Keys are stable for as long as the message is in the cache and mean nothing in
/// another cache file.
package struct MessageKey: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// How many bits tell messages of one second apart.
    static let tieBits: Int64 = 24
    static let tieMask: Int64 = (1 << tieBits) - 1
    /// 2^34 seconds reach beyond the year 2500; what lies outside is put at the edge, whatever a server claims.
    private static let lastSecond: Int64 = (1 << 34) - 1

    /// The first key that a message may have: where it stands if nothing else was received in its second.
    ///
    /// The tie-break comes from the ids alone, so that a cache that is built again orders one second in the same way.
    init(receivedAt seconds: Int64, account: Int64, emailID: String) {
        // FNV-1a: short ids, no secret, the same in every process.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(bitPattern: account)
        for byte in emailID.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let tie = Int64(truncatingIfNeeded: hash ^ (hash >> 32)) & Self.tieMask
        self.rawValue = (min(max(seconds, 0), Self.lastSecond) << Self.tieBits) | tie
    }

    /// The least key of that second.
    package init(startOf seconds: Int64) {
        self.rawValue = min(max(seconds, 0), Self.lastSecond) << Self.tieBits
    }

    /// The next key of the same second, around its end to its start.
    var nextTie: MessageKey {
        MessageKey(rawValue: (rawValue & ~Self.tieMask) | ((rawValue &+ 1) & Self.tieMask))
    }

    /// When the message was received, in seconds since 1970.
    package var receivedAt: Int64 { rawValue >> Self.tieBits }

    package static func < (left: MessageKey, right: MessageKey) -> Bool { left.rawValue < right.rawValue }
}
