import Glibc

/// A file that is being received: written under a temporary name of mode 0600, given its own name when complete.
///
/// Only one thread at a time uses it: the one that makes it, then the one that drives the transfer.
final class DownloadFile {
    private let destination: String
    private let temporary: String
    private var descriptor: Int32

    /// Makes the temporary file beside the destination; throws when the destination exists.
    init(destination: String, place: String) throws(HTTPError) {
        var status = stat()
        guard lstat(destination, &status) != 0 else {
            throw HTTPError(.file, place: place, detail: SystemError.text(EEXIST, destination))
        }
        let slash = destination.lastIndex(of: "/")
        let folder = slash.map { destination[...$0] } ?? ""
        let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
        temporary = "\(folder).agenticmail-\(suffix).part"
        self.destination = destination
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw HTTPError(.file, place: place, detail: SystemError.text(errno, destination))
        }
    }

    deinit {
        discard()
    }

    /// Appends bytes; gives what the system says when it cannot.
    func write(_ bytes: UnsafeRawBufferPointer) -> String? {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let count = Glibc.write(descriptor, start, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                return SystemError.text(errno, destination)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return nil
    }

    /// Empties the file, for an answer that comes again from another place.
    func restart() -> String? {
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            return SystemError.text(errno, destination)
        }
        return nil
    }

    /// Gives the file its name, never in the place of another; gives what the system says when it cannot.
    func commit() -> String? {
        guard close(descriptor) == 0 else {
            descriptor = -1
            unlink(temporary)
            return SystemError.text(errno, destination)
        }
        descriptor = -1
        // A second name and no rename: it fails where the name is taken.
        let failure = link(temporary, destination) == 0 ? nil : SystemError.text(errno, destination)
        unlink(temporary)
        return failure
    }

    /// Removes what was received.
    func discard() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlink(temporary)
    }
}
