/// Finds many words in a text in one pass (Aho and Corasick's automaton over bytes).
///
/// ASCII letters match in either case where the words were given in lower case.
package struct KeywordIndex: Sendable {
    /// One occurrence.
    package struct Hit: Sendable, Hashable {
        /// The number of the word in the list that the index was made of.
        package let word: Int
        /// Where it lies in the text.
        package let range: Range<Int>
    }

    /// The next state by state and class of the byte.
    private var next: [Int32]
    /// The class of each byte; bytes that no word has share class 0.
    private var classes: [UInt8]
    private let classCount: Int
    /// By state, the words that end there: a slice of ``ended``.
    private var firstEnded: [Int32]
    private var ended: [Int32]
    private let lengths: [Int]

    /// Makes an index of words, which should be in lower case; an empty word is never found.
    package init(_ words: [[UInt8]]) {
        var classes = [UInt8](repeating: 0, count: 256)
        var classCount = 1
        for byte in Set(words.joined()).sorted() where classCount < 256 {
            classes[Int(byte)] = UInt8(classCount)
            classCount += 1
        }
        // Upper-case letters take part as the lower-case ones do.
        for byte in 0x41...0x5A where classes[byte] == 0 { classes[byte] = classes[byte + 32] }
        var next = [Int32](repeating: -1, count: classCount)
        var ends: [[Int32]] = [[]]
        for (number, word) in words.enumerated() where !word.isEmpty {
            var state = 0
            for byte in word {
                let slot = state * classCount + Int(classes[Int(byte)])
                if next[slot] < 0 {
                    next[slot] = Int32(ends.count)
                    ends.append([])
                    next.append(contentsOf: repeatElement(-1, count: classCount))
                }
                state = Int(next[slot])
            }
            ends[state].append(Int32(number))
        }
        Self.link(&next, &ends, classCount)
        self.next = next
        self.classes = classes
        self.classCount = classCount
        lengths = words.map(\.count)
        firstEnded = [0]
        ended = []
        for list in ends {
            ended += list
            firstEnded.append(Int32(ended.count))
        }
    }

    /// Fills in where each state goes when its word breaks off, breadth first.
    private static func link(_ next: inout [Int32], _ ends: inout [[Int32]], _ classCount: Int) {
        var failure = [Int](repeating: 0, count: ends.count)
        var queue: [Int] = []
        for slot in 0..<classCount {
            if next[slot] < 0 {
                next[slot] = 0
            } else {
                queue.append(Int(next[slot]))
            }
        }
        var position = 0
        while position < queue.count {
            let state = queue[position]
            position += 1
            ends[state] += ends[failure[state]]
            for slot in 0..<classCount {
                let target = Int(next[state * classCount + slot])
                let fallback = Int(next[failure[state] * classCount + slot])
                if target < 0 {
                    next[state * classCount + slot] = Int32(fallback)
                } else {
                    failure[target] = fallback
                    queue.append(target)
                }
            }
        }
    }

    /// The occurrences in the order of their ends, at most so many.
    package func hits(in text: borrowing [UInt8], most: Int = 20_000) -> [Hit] {
        var result: [Hit] = []
        text.withUnsafeBufferPointer { text in
            next.withUnsafeBufferPointer { next in
                classes.withUnsafeBufferPointer { classes in
                    firstEnded.withUnsafeBufferPointer { firstEnded in
                        var state = 0
                        for index in text.indices {
                            state = Int(next[state * classCount + Int(classes[Int(text[index])])])
                            let from = Int(firstEnded[state])
                            let to = Int(firstEnded[state + 1])
                            guard from < to else { continue }
                            for slot in from..<to {
                                let word = Int(ended[slot])
                                result.append(Hit(word: word, range: (index + 1 - lengths[word])..<(index + 1)))
                            }
                            if result.count >= most { return }
                        }
                    }
                }
            }
        }
        return result
    }
}
