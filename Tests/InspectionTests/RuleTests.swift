import Inspection
import Testing

@Suite("Rules")
struct RuleTests {
    @Test("every rule of the program finds its own examples and spares its counterexamples")
    func examples() {
        let book = RuleBook.builtIn
        #expect(book.rules.count > 300)
        #expect(book.combinations.count > 10)
        let faults = book.faults()
        #expect(faults.isEmpty, "\(faults.map(\.sentence).joined(separator: "\n"))")
    }
}
