import AgenticMail
import Testing

@Suite("AgenticMail: log and jobs")
struct LogAndJobTests {
    @Test("a secret is not in the log, not even where a long line is cut inside it")
    func redacted() throws {
        let log = Log()
        log.redact("hunter2-and-more")
        log.write(.info, "test", "signed in with hunter2-and-more")
        log.write(.info, "test", String(repeating: "x", count: 1_995) + "hunter2-and-more")
        #expect(log.entries.map(\.text)[0] == "signed in with ‹secret›")
        #expect(!log.entries[1].text.contains("hunt"))
    }

    @Test("the log keeps the newest lines, each on one line")
    func bounded() {
        let log = Log()
        for number in 0..<12_000 { log.write(.debug, "test", "line\n\(number)") }
        #expect(log.entries.count <= 5_000)
        #expect(log.entries.last?.text == "line 11999")
    }

    @Test("a job is listed while it runs and after it ended, the newest first")
    func jobs() throws {
        let jobs = JobList()
        let first = jobs.begin("First fill", unit: "messages", total: 10)
        let second = jobs.begin("Save")
        jobs.update(first, completed: 4)
        #expect(jobs.jobs.map(\.id) == [second, first])
        #expect(jobs.jobs[1].completed == 4)
        jobs.end(second)
        #expect(jobs.isBusy)
        jobs.end(first, .failed("The disk is full."))
        #expect(!jobs.isBusy)
        #expect(jobs.jobs[1].state == .failed("The disk is full."))
    }

    @Test("a job that can be stopped is asked to once")
    func cancelling() async {
        let jobs = JobList()
        await confirmation(expectedCount: 1) { asked in
            let id = jobs.begin("Fill") { asked() }
            #expect(jobs.cancel(id))
            jobs.end(id, .cancelled)
            #expect(!jobs.cancel(id))
            #expect(!jobs.cancel(jobs.begin("Save")))
        }
    }

    @Test(
        "a message's name is read only where it is one",
        arguments: ["", "a", "a/", "/b", "a/b/c", "a/b c", "ä/b", "../x"])
    func references(text: String) {
        #expect(MessageReference(text) == nil)
        #expect(MessageReference("b/eaaaaab")?.description == "b/eaaaaab")
    }
}
