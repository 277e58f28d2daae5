import CGMime

/// The one start of GMime in this process.
///
/// GMime's value functions (addresses, parameters, dates, transfer encodings) keep no state between calls once the
/// library
/// is initialised, so they may run on any thread; every object that one of them returns stays on the stack of the
/// caller
/// inside a ``GMimeObject`` and is never shared.
enum GMimeLibrary {
    /// Forces the initialisation; a `static let` runs once, whatever the number of threads that ask.
    static let started: Void = g_mime_init()
}

/// Owns one reference to a GObject of GMime and gives it back at the end of its life.
struct GMimeObject<Object>: ~Copyable {
    /// The object, alive as long as this owner.
    let pointer: UnsafeMutablePointer<Object>

    /// Takes over a reference; nil for a function that had nothing to return.
    init?(owning pointer: UnsafeMutablePointer<Object>?) {
        guard let pointer else { return nil }
        self.pointer = pointer
    }

    deinit {
        agm_unref(pointer)
    }
}

extension String {
    /// Reads a C string that may be absent and may be no UTF-8; what is none becomes U+FFFD.
    init?(untrusted pointer: UnsafePointer<CChar>?) {
        guard let pointer else { return nil }
        self = String(cString: pointer)
    }

    /// This text without NUL, which would end a C string early and hide what follows.
    var withoutNUL: String {
        utf8.contains(0) ? String(map { $0 == "\0" ? "\u{FFFD}" : $0 }) : self
    }
}
