import CArchive

/// Unpacks archives in memory, one file after the other, inside limits.
enum ArchiveReader {
    /// How the reading ended.
    enum Ending {
        case complete
        /// Something in it is encrypted.
        case encrypted
        /// It is damaged, or of a kind that is not known.
        case broken
        /// It holds more than the room that was given.
        case tooLarge
    }

    /// No single file is read further than this.
    private static let mostFileBytes = 16_000_000

    /// Hands every file of an archive to the closure, which says whether to go on.
    ///
    /// - Parameters:
    ///   - room: How many bytes may still be unpacked; what is unpacked is subtracted.
    ///   - ratio: How many times the archive's size may be unpacked.
    static func read(
        _ bytes: [UInt8], room: inout Int, ratio: Int, files: inout Int,
        _ visit: (_ name: String, _ content: [UInt8]) -> Bool
    ) -> Ending {
        guard let archive = archive_read_new() else { return .broken }
        defer { archive_read_free(archive) }
        archive_read_support_filter_all(archive)
        archive_read_support_format_all(archive)
        archive_read_support_format_raw(archive)
        let most = min(room, max(1_000_000, bytes.count.multipliedReportingOverflow(by: ratio).partialValue))
        var left = most
        defer { room -= most - left }
        return bytes.withUnsafeBytes { buffer in
            guard archive_read_open_memory(archive, buffer.baseAddress, buffer.count) == ARCHIVE_OK else {
                return .broken
            }
            return entries(archive, left: &left, files: &files, visit)
        }
    }

    private static func entries(
        _ archive: OpaquePointer, left: inout Int, files: inout Int,
        _ visit: (_ name: String, _ content: [UInt8]) -> Bool
    ) -> Ending {
        var isEncrypted = false
        var count = 0
        while true {
            var entry: OpaquePointer?
            let result = archive_read_next_header(archive, &entry)
            if result == ARCHIVE_EOF { return isEncrypted ? .encrypted : .complete }
            guard result == ARCHIVE_OK || result == ARCHIVE_WARN, let entry else {
                let hasPassword = archive_read_has_encrypted_entries(archive) > 0
                return hasPassword || isEncrypted ? .encrypted : .broken
            }
            count += 1
            files -= 1
            guard files > 0 else { return .tooLarge }
            let name =
                archive_entry_pathname_utf8(entry).map { String(cString: $0) } ?? archive_entry_pathname(entry).map {
                    String(cString: $0)
                } ?? ""
            if archive_entry_is_encrypted(entry) != 0 {
                isEncrypted = true
                _ = visit(name, [])
                continue
            }
            var content: [UInt8] = []
            let ending = data(archive, left: &left, into: &content)
            guard visit(name, content) else { return .complete }
            switch ending {
            case .complete: break
            case .broken where archive_read_has_encrypted_entries(archive) > 0: isEncrypted = true
            default: return ending
            }
        }
    }

    private static func data(_ archive: OpaquePointer, left: inout Int, into content: inout [UInt8]) -> Ending {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = archive_read_data(archive, &chunk, chunk.count)
            if count == 0 { return .complete }
            guard count > 0 else { return .broken }
            left -= count
            guard left > 0 else { return .tooLarge }
            guard content.count < mostFileBytes else { return .tooLarge }
            content += chunk[..<count]
        }
    }
}
