internal import Foundation
internal import Glibc

/// A Cyrus IMAP server of the test's own: a JMAP server that others wrote.
///
/// Debian's packages `cyrus-imapd`, `cyrus-caldav` (its HTTP daemon) and `cyrus-admin` are needed, and the superuser,
/// since the server changes to the user `cyrus`. Every password is right; it listens on loopback alone and is stopped with
/// the last reference. It announces EventSource but answers 204 there, so a client polls.
public final class Cyrus: Sendable {
    private let folder: String
    /// The port of its IMAP service.
    public let imapPort: Int
    /// The port of its HTTP service, with JMAP at `/.well-known/jmap`.
    public let httpPort: Int

    /// Why no server can be started here, or nil where one can.
    public static let obstacle: String? = {
        if geteuid() != 0 { return "Cyrus wants to be started by root" }
        for file in ["/usr/sbin/cyrmaster", "/usr/lib/cyrus/bin/httpd"] where access(file, X_OK) != 0 {
            return "\(file) is not there: install cyrus-imapd and cyrus-caldav"
        }
        return nil
    }()

    /// Where the server is reached.
    public var url: String { "http://127.0.0.1:\(httpPort)" }

    /// Starts a server with the given users, each with the mailboxes Archive, Drafts, Sent, Junk and Trash.
    public init(users: [String]) throws {
        // In memory where that can be had, since it waits for the disk with every message; short, since the paths of its
        // sockets may have 107 bytes.
        let place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        folder = "\(place)/cyrus-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let ports = LoopbackSocket.freePorts(3)
        (imapPort, httpPort) = (ports[0], ports[1])
        try configure(lmtpPort: ports[2])
        try start()
        for user in users {
            try IMAP(port: imapPort, user: "cyrus").command("CREATE user/\(user)")
            let own = try IMAP(port: imapPort, user: user)
            for (name, use) in [
                ("Archive", "Archive"), ("Drafts", "Drafts"), ("Sent", "Sent"), ("Junk", "Junk"), ("Trash", "Trash"),
            ] {
                _ = try? own.command("CREATE \(name) (USE (\\\(use)))")
            }
        }
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Starts the server again after `stop`; it holds what it held.
    public func start() throws {
        let outcome = try run([
            "/usr/sbin/cyrmaster", "-d", "-C", folder + "/imapd.conf", "-M", folder + "/cyrus.conf", "-p",
            folder + "/run/master.pid",
        ])
        guard outcome.status == 0 else { throw CyrusError(words: outcome.errors) }
        guard eventually(within: 60, { (try? IMAP(port: imapPort, user: "cyrus")) != nil }) else {
            throw CyrusError(words: "it does not answer on its IMAP port \(imapPort)")
        }
    }

    /// Stops the server and waits until it is gone.
    public func stop() {
        guard let text = try? String(contentsOfFile: folder + "/run/master.pid", encoding: .utf8),
            let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines))
        else { return }
        kill(pid, SIGTERM)
        if !eventually(within: 20, { kill(pid, 0) != 0 }) { kill(pid, SIGKILL) }
    }

    private func configure(lmtpPort: Int) throws {
        for name in ["conf", "spool", "search", "run/proc", "run/lock"] {
            try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
        }
        let services = """
            START {
              recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -C \(folder)/imapd.conf -r"
            }
            SERVICES {
              imap cmd="/usr/lib/cyrus/bin/imapd -C \(folder)/imapd.conf" listen="127.0.0.1:\(imapPort)" prefork=0
              http cmd="/usr/lib/cyrus/bin/httpd -C \(folder)/imapd.conf" listen="127.0.0.1:\(httpPort)" prefork=0
              lmtp cmd="/usr/lib/cyrus/bin/lmtpd -C \(folder)/imapd.conf -a" listen="127.0.0.1:\(lmtpPort)" prefork=0
            }
            EVENTS {
            }

            """
        let options: KeyValuePairs = [
            "admins": "cyrus", "allowplaintext": "yes", "altnamespace": "yes", "configdirectory": folder + "/conf",
            "conversations": "1", "conversations_db": "twoskip", "defaultpartition": "default", "httpmodules": "jmap",
            "idlesocket": folder + "/run/idle", "lmtpsocket": folder + "/run/lmtp",
            "mboxname_lockpath": folder + "/run/lock",
            "notifysocket": folder + "/run/notify", "partition-default": folder + "/spool",
            "proc_path": folder + "/run/proc",
            "sasl_mech_list": "PLAIN LOGIN", "sasl_pwcheck_method": "alwaystrue", "search_engine": "xapian",
            "defaultsearchtier": "t1", "t1searchpartition-default": folder + "/search", "specialusealways": "1",
            "unixhierarchysep": "yes",
        ]
        let text = options.map { "\($0.key): \($0.value)\n" }.joined()
        try services.write(toFile: folder + "/cyrus.conf", atomically: true, encoding: .utf8)
        try text.write(toFile: folder + "/imapd.conf", atomically: true, encoding: .utf8)
        let outcome = try run(["chown", "-R", "cyrus:mail", folder])
        guard outcome.status == 0 else { throw CyrusError(words: outcome.errors) }
    }
}

/// Cyrus could not be started.
public struct CyrusError: Error, CustomStringConvertible {
    let words: String

    public var description: String { "Cyrus IMAP: \(words)" }
}
