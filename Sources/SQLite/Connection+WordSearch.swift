internal import CSQLite

/// The SQL function `has_word(beginning, text, …)`: 1 where a word of one of the texts begins with these letters, as the
/// tokenizer `words` makes words of it; else 0. The beginning is of ASCII letters and digits in lower case.
///
/// FTS5 joins all places of all words with a long prefix before it gives the first of them. With this, few rows are looked
/// at instead.
private enum WordSearch {
    /// What is looked for in a text that is taken apart by the tokenizer.
    struct Search {
        let wanted: UnsafeRawBufferPointer
        var isFound = false
    }

    static let function: @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void = {
        context, count, values in
        guard let values, count > 0, let wanted = text(values[0]) else { return sqlite3_result_int(context, 0) }
        let tokenizer = sqlite3_user_data(context)
        for index in 1..<Int(count) {
            guard let text = text(values[index]) else { continue }
            if holds(text, wordBeginningWith: wanted, tokenizer) { return sqlite3_result_int(context, 1) }
        }
        sqlite3_result_int(context, 0)
    }

    private static func text(_ value: OpaquePointer?) -> UnsafeRawBufferPointer? {
        // As text SQLite would copy it first, to put a zero behind it.
        guard let start = sqlite3_value_blob(value) else { return nil }
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
    }

    private static func holds(
        _ text: UnsafeRawBufferPointer, wordBeginningWith wanted: UnsafeRawBufferPointer,
        _ tokenizer: UnsafeMutableRawPointer?
    ) -> Bool {
        guard let first = wanted.first else { return true }
        var isInside = false
        for index in text.indices {
            let byte = text[index]
            // What is no ASCII may be a letter with a mark, or a script without spaces: that is the tokenizer's business.
            if byte >= 0x80 { return holdsToken(text, beginningWith: wanted, tokenizer) }
            let isWord = isLetterOrDigit(byte)
            if isWord, !isInside, folded(byte) == first, begins(text, at: index, with: wanted) { return true }
            isInside = isWord
        }
        return false
    }

    private static func begins(
        _ text: UnsafeRawBufferPointer, at start: Int, with wanted: UnsafeRawBufferPointer
    ) -> Bool {
        guard text.count - start >= wanted.count else { return false }
        for offset in wanted.indices where folded(text[start + offset]) != wanted[offset] { return false }
        return true
    }

    private static func folded(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        let letter = byte | 0x20
        return letter >= 0x61 && letter <= 0x7A || byte >= 0x30 && byte <= 0x39
    }

    private static func holdsToken(
        _ text: UnsafeRawBufferPointer, beginningWith wanted: UnsafeRawBufferPointer,
        _ tokenizer: UnsafeMutableRawPointer?
    ) -> Bool {
        var search = Search(wanted: wanted)
        withUnsafeMutablePointer(to: &search) { search in
            _ = WordTokenizer.tokenize(
                tokenizer.map { OpaquePointer($0) }, search, FTS5_TOKENIZE_DOCUMENT,
                text.assumingMemoryBound(to: CChar.self).baseAddress, Int32(clamping: text.count)
            ) { context, _, token, count, _, _ in
                guard let context, let token else { return SQLITE_OK }
                let search = context.assumingMemoryBound(to: Search.self)
                let bytes = UnsafeRawBufferPointer(start: token, count: Int(count))
                guard bytes.starts(with: search.pointee.wanted) else { return SQLITE_OK }
                search.pointee.isFound = true
                // Any code but OK ends the text.
                return SQLITE_DONE
            }
        }
        return search.isFound
    }
}

extension Connection {
    /// Makes the SQL function `has_word` known to this connection.
    static func addWordSearch(_ pointer: OpaquePointer, _ api: UnsafeMutablePointer<fts5_api>) -> Bool {
        var tokenizer: OpaquePointer?
        guard WordTokenizer.create(UnsafeMutableRawPointer(api), &tokenizer) == SQLITE_OK else { return false }
        // SQLite frees the tokenizer with the function, also where it does not take it.
        return sqlite3_create_function_v2(
            pointer, "has_word", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, tokenizer.map { UnsafeMutableRawPointer($0) },
            WordSearch.function, nil, nil
        ) { WordTokenizer.delete($0.map { OpaquePointer($0) }) } == SQLITE_OK
    }
}
