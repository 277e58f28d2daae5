internal import CSQLite

/// The FTS5 tokenizer `words`: `unicode61` without diacritics, and scripts that are written without spaces one character
/// a token.
///
/// A text in such a script would otherwise be one token a sentence, and only its beginning could be found. FTS5 makes a
/// phrase of a query word that becomes several tokens, so any part of such a text is found.
enum WordTokenizer {
    /// What the inner tokenizer's callback needs: where the tokens go in the end.
    struct Sink {
        let context: UnsafeMutableRawPointer?
        let take: TokenCallback
    }

    typealias TokenCallback =
        @convention(c) (
            UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, Int32, Int32, Int32
        ) -> Int32

    /// One tokenizer as FTS5 holds it: the inner one's functions and its object.
    struct Instance {
        let inner: fts5_tokenizer
        let object: OpaquePointer?
    }

    /// How many bytes the character takes that begins with this byte, or 0 inside of one.
    static func length(_ lead: UInt8) -> Int {
        if lead < 0x80 { return 1 }
        if lead < 0xC0 { return 0 }
        if lead < 0xE0 { return 2 }
        return lead < 0xF0 ? 3 : 4
    }

    /// True for characters of scripts without spaces: Thai, Lao, Myanmar, Khmer, kana, Han, Hangul.
    static func standsAlone(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x2E80...0x30FF, 0x3100...0x312F, 0x31A0...0x31FF,
            0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0x2_0000...0x3_FFFF:
            true
        default: false
        }
    }

    /// Hands a token of `unicode61` on, cut where a character stands alone. The places in the text stay the whole token's:
    /// folding may have changed its length, and nothing here asks for highlights.
    static let take: TokenCallback = { context, flags, token, count, start, end in
        guard let context, let token else { return SQLITE_OK }
        let sink = context.assumingMemoryBound(to: Sink.self).pointee
        let bytes = UnsafeRawBufferPointer(start: token, count: Int(count))
        // Nearly every token has only bytes below those of the first such script.
        guard bytes.contains(where: { $0 >= 0xE0 }) else {
            return sink.take(sink.context, flags, token, count, start, end)
        }
        var from = 0
        var index = 0
        while index < bytes.count {
            let width = max(length(bytes[index]), 1)
            let next = min(index + width, bytes.count)
            guard width >= 3, next - index == width, standsAlone(scalar(bytes, index, width)) else {
                index = next
                continue
            }
            if index > from {
                let code = sink.take(sink.context, flags, token + from, Int32(index - from), start, end)
                guard code == SQLITE_OK else { return code }
            }
            let code = sink.take(sink.context, flags, token + index, Int32(width), start, end)
            guard code == SQLITE_OK else { return code }
            index = next
            from = next
        }
        guard from < bytes.count else { return SQLITE_OK }
        return sink.take(sink.context, flags, token + from, Int32(bytes.count - from), start, end)
    }

    private static func scalar(_ bytes: UnsafeRawBufferPointer, _ index: Int, _ width: Int) -> UInt32 {
        var value = UInt32(bytes[index]) & (width == 3 ? 0x0F : 0x07)
        for offset in 1..<width { value = value << 6 | UInt32(bytes[index + offset] & 0x3F) }
        return value
    }

    /// Makes an `Instance`; FTS5 frees it with `delete`.
    static func create(
        _ api: UnsafeMutableRawPointer?, _ made: UnsafeMutablePointer<OpaquePointer?>?
    ) -> Int32 {
        guard let api = api?.assumingMemoryBound(to: fts5_api.self), let made else { return SQLITE_MISUSE }
        var inner = fts5_tokenizer()
        var context: UnsafeMutableRawPointer?
        var code = api.pointee.xFindTokenizer(api, "unicode61", &context, &inner)
        guard code == SQLITE_OK else { return code }
        var object: OpaquePointer?
        code = "remove_diacritics".withCString { name in
            "2".withCString { value in
                var arguments: [UnsafePointer<CChar>?] = [name, value]
                return inner.xCreate(context, &arguments, 2, &object)
            }
        }
        guard code == SQLITE_OK else { return code }
        let instance = UnsafeMutablePointer<Instance>.allocate(capacity: 1)
        instance.initialize(to: Instance(inner: inner, object: object))
        made.pointee = OpaquePointer(instance)
        return SQLITE_OK
    }

    static func delete(_ tokenizer: OpaquePointer?) {
        guard let tokenizer else { return }
        let instance = UnsafeMutablePointer<Instance>(tokenizer)
        instance.pointee.inner.xDelete(instance.pointee.object)
        instance.deinitialize(count: 1)
        instance.deallocate()
    }

    static func tokenize(
        _ tokenizer: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ flags: Int32, _ text: UnsafePointer<CChar>?,
        _ count: Int32, _ callback: TokenCallback?
    ) -> Int32 {
        guard let tokenizer, let callback else { return SQLITE_MISUSE }
        let instance = UnsafeMutablePointer<Instance>(tokenizer)
        var sink = Sink(context: context, take: callback)
        return instance.pointee.inner.xTokenize(instance.pointee.object, &sink, flags, text, count, take)
    }
}

extension Connection {
    /// Makes the FTS5 tokenizer `words` and the function `has_word` known to this connection; tables that name the tokenizer
    /// need it on every connection.
    package func addWordTokenizer() throws(SQLiteError) {
        try withPointer { pointer throws(SQLiteError) in
            var api: UnsafeMutablePointer<fts5_api>?
            let found = csqlite_fts5_api(pointer, &api)
            guard found == SQLITE_OK, let api else {
                throw SQLiteError(resultCode: SQLITE_ERROR, message: "this SQLite has no FTS5", sql: nil)
            }
            var functions = fts5_tokenizer(
                xCreate: { api, _, _, made in WordTokenizer.create(api, made) },
                xDelete: { WordTokenizer.delete($0) },
                xTokenize: { WordTokenizer.tokenize($0, $1, $2, $3, $4, $5) })
            guard api.pointee.xCreateTokenizer(api, "words", api, &functions, nil) == SQLITE_OK,
                Self.addWordSearch(pointer, api)
            else {
                throw Self.failure(pointer, sql: nil)
            }
        }
    }
}
