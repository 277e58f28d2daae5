internal import FoundationEssentials
internal import Inspection

/// Learns the weights of the phrase model anew and prints how well it does on texts that it was not learnt from.
///
/// Orders come from the attacks below the folder of corpora and from `Notes/orders.txt`. What they are told apart from:
/// the benign mail there, the ordinary sentences in `Notes/ordinary.txt`, the messages of this system's programs in every
/// language that is installed (`/usr/share/locale`), and the texts beside them in `/usr/share/doc`. On the same corpora
/// and the same packages the table is the same. What it writes may take the place of
/// `Sources/Inspection/Rules/phrases.txt` where `judgement` shows that it finds more and marks no more mail of people.
struct PhraseLearning {
    private let corpora: String
    private let features = PhraseFeatures()

    /// One text to learn from.
    private struct Text {
        let text: String
        /// Where it comes from, for the figures.
        let source: String
        let isOrder: Bool
        let weight: Double
        /// Texts of one group are on one side in cross-validation: translations of one text, attacks of one family.
        let group: String
    }

    private struct Sample: Decodable {
        let text: String
        let attack: String?
        let family: String?
        let language: String?
    }

    init(corpora: String) {
        self.corpora = corpora
    }

    /// Learns, prints the figures, writes the table.
    func run(writing path: String) throws {
        let texts = texts()
        print("\(texts.count { $0.isOrder }) orders, \(texts.count { !$0.isOrder }) other texts")
        let windows = texts.map { features.windows(of: $0.text) }
        let folds = folds(texts)
        var scores = [Double](repeating: -99, count: texts.count)
        for fold in 0..<5 {
            let model = learn(texts, windows, texts.indices.filter { folds[$0] != fold })
            for index in texts.indices where folds[index] == fold {
                scores[index] = windows[index].map(model.score).max() ?? -99
            }
        }
        let figures = figures(texts, scores)
        for line in figures { print(line) }
        let model = learn(texts, windows, Array(texts.indices))
        try Data(model.table(remarks: figures).utf8).write(to: URL(filePath: path))
        print("written to \(path)")
    }

    // MARK: Texts

    private func texts() -> [Text] {
        var result: [Text] = []
        for name in ["gandalf", "purplellama"] {
            for (number, sample) in samples("injection/tune/\(name).jsonl").enumerated() {
                result.append(
                    Text(text: sample.text, source: name, isOrder: true, weight: 3, group: "\(name) \(number)"))
            }
        }
        // Three translations of each English text in its order, then one of each into Hindi.
        let translations = samples("injection/tune/purplellama-languages.jsonl")
        let isHindi = { (sample: Sample) in sample.language == "Hindi" }
        for (number, sample) in translations.filter({ !isHindi($0) }).enumerated() {
            result.append(
                Text(
                    text: sample.text, source: "languages", isOrder: true, weight: 1,
                    group: "purplellama \(number / 3)"))
        }
        for (number, sample) in translations.filter(isHindi).enumerated() {
            result.append(
                Text(text: sample.text, source: "languages", isOrder: true, weight: 1, group: "purplellama \(number)"))
        }
        // What was put into a mail counts once, wherever it was put.
        var attacks: Set<String> = []
        for sample in samples("injection/tune/bipia-train.jsonl") {
            guard let attack = sample.attack, attacks.insert(attack).inserted else { continue }
            result.append(
                Text(
                    text: attack, source: "bipia", isOrder: true, weight: 3, group: "bipia \(sample.family ?? "")"))
        }
        for order in OrdinaryTexts.orders() {
            result.append(
                Text(text: order.text, source: "own", isOrder: true, weight: 3, group: "own \(order.group)"))
        }
        for name in ["bipia-train", "llmail-even"] {
            for sample in samples("benign/tune/\(name).jsonl") {
                result.append(
                    Text(text: sample.text, source: "mail", isOrder: false, weight: 4, group: sample.text))
            }
        }
        for sentence in OrdinaryTexts.sentences() {
            result.append(
                Text(
                    text: sentence.text, source: "ordinary", isOrder: false, weight: 4,
                    group: "ordinary \(sentence.group)"))
        }
        for text in OrdinaryTexts.messagesOfPrograms() + OrdinaryTexts.documentation() {
            result.append(Text(text: text, source: "programs", isOrder: false, weight: 1, group: text))
        }
        return result
    }

    private func samples(_ file: String) -> [Sample] {
        guard let data = try? Data(contentsOf: URL(filePath: "\(corpora)/\(file)")) else { return [] }
        return data.split(separator: 10).compactMap { try? JSONDecoder().decode(Sample.self, from: Data($0)) }
    }

    // MARK: Learning

    private func learn(_ texts: [Text], _ windows: [[PhraseFeatures.Window]], _ chosen: [Int]) -> LearntPhrases {
        var inOrders: [String: Int] = [:]
        var inOthers: [String: Int] = [:]
        for index in chosen {
            let all = windows[index].reduce(into: Set<String>()) { $0.formUnion($1.features) }
            for feature in all {
                if texts[index].isOrder {
                    inOrders[feature, default: 0] += 1
                } else {
                    inOthers[feature, default: 0] += 1
                }
            }
        }
        // Orders are few: what stands in three of them counts; of other texts only what is common.
        var names = Set(inOrders.filter { $0.value >= 3 || $0.key.hasPrefix("§") }.keys)
        names.formUnion(inOthers.filter { $0.value >= 25 && $0.key.count { $0 == " " } < 2 }.keys)
        var problem = LogisticRegression(features: names.sorted())
        for index in chosen {
            let isOrder = texts[index].isOrder
            // Of an order its longest window is one; the others may hold nothing of it.
            let used =
                isOrder
                ? windows[index].max { $0.count < $1.count }.map { [$0] } ?? [] : windows[index]
            for window in used {
                problem.add(
                    window.features, size: window.size, isOrder: isOrder,
                    weight: texts[index].weight / Double(used.count))
            }
        }
        return problem.solve(penalty: 0.3, rounds: 120)
    }

    // MARK: Figures

    /// Parts the texts into five so that no group and no sentence is on both sides.
    private func folds(_ texts: [Text]) -> [Int] {
        var parents = Array(texts.indices)
        func root(_ index: Int) -> Int {
            var index = index
            while parents[index] != index { index = parents[index] }
            return index
        }
        var groups: [String: Int] = [:]
        for (index, text) in texts.enumerated() {
            if let first = groups[text.group] { parents[index] = first } else { groups[text.group] = index }
        }
        var owners: [String: Int] = [:]
        var counts: [String: Int] = [:]
        let sentences = texts.map { text in
            text.isOrder ? Set(text.text.lowercased().split { ".!?。？！।\n".contains($0) }.map(String.init)) : []
        }
        for sentence in sentences.joined() { counts[sentence, default: 0] += 1 }
        for (index, list) in sentences.enumerated() {
            // What stands in very many, such as a short question, would tie all of them together.
            for sentence in list where sentence.count > 12 && counts[sentence, default: 0] <= 12 {
                if let owner = owners[sentence] { parents[root(index)] = root(owner) } else { owners[sentence] = index }
            }
        }
        var state: UInt64 = 20_261_124
        var foldOf: [Int: Int] = [:]
        return texts.indices.map { index in
            let root = root(index)
            if let fold = foldOf[root] { return fold }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            foldOf[root] = Int(state >> 33) % 5
            return foldOf[root] ?? 0
        }
    }

    /// Shares of each source above some scores, a line a score.
    private func figures(_ texts: [Text], _ scores: [Double]) -> [String] {
        var sources: [String] = []
        for text in texts where !sources.contains(text.source) { sources.append(text.source) }
        return [0.0, 0.5, 1, 1.5, 2].map { least in
            let shares = sources.map { source in
                let mine = texts.indices.filter { texts[$0].source == source }
                let share = Double(mine.count { scores[$0] >= least }) / Double(max(1, mine.count))
                return "\(source) \((share * 1000).rounded() / 10) %"
            }
            return "score \(least): \(shares.joined(separator: ", "))"
        }
    }
}
