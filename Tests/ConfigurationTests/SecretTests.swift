import Configuration
import Glibc
import TestSupport
import Testing

extension TemporaryFolder {
    /// Writes a file and returns its path.
    func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
        let descriptor = open(file(name), O_WRONLY | O_CREAT | O_EXCL, mode)
        try #require(descriptor >= 0)
        let bytes = Array(text.utf8)
        #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
        // The mask of the process must not decide what is tested.
        fchmod(descriptor, mode)
        close(descriptor)
        return file(name)
    }
}

@Suite("Configuration: secrets")
struct SecretTests {
    private func code(_ source: SecretSource, timeout: Double = 30) -> SecretError.Code? {
        do throws(SecretError) {
            _ = try source.read(timeout: timeout)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("a secret never prints itself")
    func redacted() {
        let secret = Secret("hunter2")
        #expect("\(secret)" == "‹secret›")
        #expect(String(reflecting: secret) == "‹secret›")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        #expect(secret.reveal() == "hunter2")
    }

    @Test("a file of mode 0600 is read to the end of its first line")
    func file() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("secret", "hunter2\r\nnot this\n")
        #expect(try SecretSource.file(path).read().reveal() == "hunter2")
    }

    @Test("a file that others may read is refused with its mode", arguments: [0o640, 0o604, 0o644, 0o660] as [mode_t])
    func wide(mode: mode_t) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("secret", "hunter2\n", mode: mode)
        do throws(SecretError) {
            _ = try SecretSource.file(path).read()
            Issue.record("mode \(mode) was taken")
        } catch {
            #expect(error.code == .tooWide)
            #expect(error.message.contains(String(mode, radix: 8)))
            #expect(error.cure == "run chmod 600 \(path)")
            #expect(!error.sentence.contains("hunter2"))
        }
    }

    @Test("a file that is empty, missing or none is refused")
    func unusable() throws {
        let folder = try TemporaryFolder()
        #expect(code(.file(try folder.write("empty", "\nsecond"))) == .empty)
        #expect(code(.file("\(folder.path)/missing")) == .unreadable)
        #expect(code(.file(folder.path)) == .unreadable)
    }

    @Test("a command's first line is the secret, and no shell reads its arguments")
    func command() throws {
        #expect(try SecretSource.command(["echo", "$HOME `x`"]).read().reveal() == "$HOME `x`")
    }

    @Test("a command that fails, is missing, prints nothing or too much is refused")
    func badCommands() {
        #expect(code(.command(["false"])) == .commandFailed)
        #expect(code(.command(["agenticmail-no-such-program"])) == .commandFailed)
        #expect(code(.command(["true"])) == .empty)
        #expect(code(.command(["cat", "/dev/zero"])) == .commandFailed)
    }

    @Test("a command that does not end is stopped")
    func timeout() {
        #expect(code(.command(["sleep", "600"]), timeout: 0.2) == .timeout)
    }
}
