import SafeText
import TerminalUI
import Testing

@Suite("A dialog")
struct DialogTests {
    private let time = ManualClock()

    private func dialog() -> Dialog {
        Dialog(
            title: "Delete ada", message: ["What it holds goes with it."],
            buttons: [.init("Delete", key: "D", isDanger: true), .init("Suspend", key: "s")], clock: time.clock)
    }

    @Test("is deaf for its first 250 ms")
    func deaf() {
        var dialog = dialog()
        #expect(dialog.handle(Key("D"), clock: time.clock) == .open)
        #expect(dialog.handle(Key(.enter), clock: time.clock) == .open)
        time.advance(.milliseconds(249))
        #expect(dialog.handle(Key("D"), clock: time.clock) == .open)
        time.advance(.milliseconds(1))
        #expect(dialog.handle(Key("D"), clock: time.clock) == .chose(0))
    }

    @Test("cancels by Enter until another button is chosen")
    func cancelFirst() {
        var dialog = dialog()
        time.advance(.seconds(1))
        #expect(dialog.handle(Key(.enter), clock: time.clock) == .cancelled)
        #expect(dialog.handle(Key(.escape), clock: time.clock) == .cancelled)
        #expect(dialog.handle(Key("x"), clock: time.clock) == .open)
        _ = dialog.handle(Key(.tab), clock: time.clock)
        #expect(dialog.handle(Key(.enter), clock: time.clock) == .chose(1))
        _ = dialog.handle(Key(.right), clock: time.clock)
        #expect(dialog.handle(Key(.enter), clock: time.clock) == .chose(0))
    }

    @Test("shows Cancel first and what cannot be taken back last")
    func order() {
        var surface = Surface(size: Size(width: 60, height: 8))
        dialog().draw(into: &surface)
        let row = surface.rows.first { $0.contains("Cancel") } ?? ""
        #expect(row.contains("[ Cancel ] [ Suspend ] [ Delete ]"))
        #expect(surface.text.contains("What it holds goes with it."))
    }
}
