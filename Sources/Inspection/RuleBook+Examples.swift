/// An example of a rule that the rule does not keep.
package struct ExampleFault: Sendable, Hashable {
    /// The rule.
    package let rule: String
    /// Where it stands.
    package let place: RulePlace
    /// What is wrong, with a full stop. The example is masked.
    package let sentence: String
}

extension RuleBook {
    /// Tries every rule on its own examples.
    ///
    /// - Parameter ids: The rules to try; nil tries all.
    package func faults(_ ids: Set<String>? = nil) -> [ExampleFault] {
        var result: [ExampleFault] = []
        for rule in rules where ids?.contains(rule.id) ?? true {
            if case .failure(let error) = rule.expression.result {
                result.append(
                    ExampleFault(
                        rule: rule.id, place: rule.place,
                        sentence: "\(rule.id): its pattern is none: \(error.reason)."))
                continue
            }
            let scanner = RuleScanner([rule])
            func finds(_ example: String) -> Bool {
                let form = NormalForm(Array(example.utf8))
                let direction = rule.directions.first ?? .outbound
                return !scanner.scan(form, direction: direction, until: Deadline(milliseconds: 60_000)).isEmpty
            }
            check(rule.id, rule.place, rule.matches, rule.spares, finds, &result)
        }
        for combination in combinations where ids?.contains(combination.id) ?? true {
            var lexicon = self.lexicon.lexicon
            lexicon.combinations = [combination]
            let scanner = LexiconScanner(lexicon)
            func finds(_ example: String) -> Bool {
                LexiconText.readings(NormalForm(Array(example.utf8))).contains { !scanner.scan($0.bytes).isEmpty }
            }
            check(combination.id, combination.place, combination.matches, combination.spares, finds, &result)
        }
        return result
    }

    private func check(
        _ id: String, _ place: RulePlace, _ matches: [String], _ spares: [String], _ finds: (String) -> Bool,
        _ result: inout [ExampleFault]
    ) {
        for (number, example) in matches.enumerated() where !finds(example) {
            result.append(ExampleFault(rule: id, place: place, sentence: "\(id): example \(number + 1) is not found."))
        }
        for (number, example) in spares.enumerated() where finds(example) {
            result.append(
                ExampleFault(rule: id, place: place, sentence: "\(id): counterexample \(number + 1) is found."))
        }
        if matches.isEmpty || spares.isEmpty {
            result.append(
                ExampleFault(
                    rule: id, place: place,
                    sentence: "\(id): an example under “matches” or “spares” is missing; write one of each."))
        }
    }
}
