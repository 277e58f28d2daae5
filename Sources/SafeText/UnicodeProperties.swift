internal import CUTF8Proc

/// What utf8proc knows of one scalar, with the widths corrected to those of the terminal's own tables (`wcwidth`).
struct ScalarProperties {
    let scalar: UInt32
    let category: utf8proc_category_t
    let boundary: utf8proc_boundclass_t
    let combiningClass: Int
    let isRightToLeft: Bool
    /// Columns on a terminal's grid when it stands alone: 0, 1 or 2.
    let width: Int

    init(_ scalar: UInt32) {
        let property = utf8proc_get_property(utf8proc_int32_t(bitPattern: scalar)).pointee
        self.scalar = scalar
        category = utf8proc_category_t(UInt32(UInt16(bitPattern: property.category)))
        boundary = utf8proc_boundclass_t(property.boundclass)
        combiningClass = Int(property.combining_class)
        let bidi = UInt32(UInt16(bitPattern: property.bidi_class))
        isRightToLeft = bidi == UTF8PROC_BIDI_CLASS_R.rawValue || bidi == UTF8PROC_BIDI_CLASS_AL.rawValue
        width = Self.width(scalar, category, Int(property.charwidth))
    }

    /// utf8proc gives spacing marks and visible format characters no width and conjoining jamo one; terminals do not.
    private static func width(_ scalar: UInt32, _ category: utf8proc_category_t, _ width: Int) -> Int {
        switch scalar {
        case 0x1160...0x11FF, 0xD7B0...0xD7FB: 0
        case 0x3248...0x324F, 0x4DC0...0x4DFF: 2
        default: category == UTF8PROC_CATEGORY_MC || Scalars.isVisibleFormat(scalar) ? 1 : width
        }
    }

    var isUnassigned: Bool { category == UTF8PROC_CATEGORY_CN || category == UTF8PROC_CATEGORY_CS }
    var isFormat: Bool { category == UTF8PROC_CATEGORY_CF }
    var isCombining: Bool {
        category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME || category == UTF8PROC_CATEGORY_MC
    }
    /// A consonant killer such as the Devanagari virama.
    var isVirama: Bool { combiningClass == 9 }
    var isPictographic: Bool { boundary == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC }

    /// Whether a cluster may end between two scalars; `state` is kept from one call to the next, 0 at the beginning.
    static func breaks(between left: UInt32, and right: UInt32, state: inout Int32) -> Bool {
        utf8proc_grapheme_break_stateful(
            utf8proc_int32_t(bitPattern: left), utf8proc_int32_t(bitPattern: right), &state)
    }
}

/// Sets of scalars that the neutraliser tells apart.
enum Scalars {
    static let zeroWidthNonJoiner: UInt32 = 0x200C
    static let zeroWidthJoiner: UInt32 = 0x200D
    static let emojiPresentation: UInt32 = 0xFE0F
    static let textPresentation: UInt32 = 0xFE0E
    static let keycap: UInt32 = 0x20E3
    static let softHyphen: UInt32 = 0xAD
    static let byteOrderMark: UInt32 = 0xFEFF
    static let blackFlag: UInt32 = 0x1F3F4
    static let cancelTag: UInt32 = 0xE007F

    /// Format characters that are drawn: the signs that stand under or before numbers in Arabic, Syriac and Kaithi.
    static func isVisibleFormat(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x600...0x605, 0x6DD, 0x70F, 0x890...0x891, 0x8E2, 0x110BD, 0x110CD: true
        default: false
        }
    }

    /// Unicode's default-ignorable characters and others without ink that are no spaces.
    static func isInvisible(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0xAD, 0x34F, 0x61C, 0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F: true
        case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0x2800, 0x3164: true
        case 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFC: true
        case 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF: true
        default: false
        }
    }

    /// Tag characters, which spell ASCII without showing it.
    static func isTag(_ scalar: UInt32) -> Bool { (0xE0000...0xE007F).contains(scalar) }

    static func isSkinTone(_ scalar: UInt32) -> Bool { (0x1F3FB...0x1F3FF).contains(scalar) }

    static func isKeycapBase(_ scalar: UInt32) -> Bool {
        (0x30...0x39).contains(scalar) || scalar == 0x23 || scalar == 0x2A
    }

    static func isIdeograph(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: true
        default: false
        }
    }

    static func isMongolian(_ scalar: UInt32) -> Bool { (0x1820...0x18AA).contains(scalar) }

    static func isBraille(_ scalar: UInt32) -> Bool { (0x2801...0x28FF).contains(scalar) }

    static func isHebrewPoint(_ scalar: UInt32) -> Bool { (0x591...0x5C7).contains(scalar) }

    /// Scripts in which joiners change how letters are written: Arabic and its kin, Mongolian, the Indic family.
    static func isJoiningScript(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x620...0x65F, 0x66E...0x6D3, 0x6D5...0x6DC, 0x6E1...0x6E8, 0x6EA...0x6EF, 0x6FA...0x6FF: true
        case 0x710...0x7FF, 0x840...0x86A, 0x870...0x88F, 0x8A0...0x8E1, 0x8E3...0x8FF: true
        case 0x900...0xDFF, 0xF40...0xFBC, 0x1000...0x109F, 0x1780...0x17D3, 0x1807, 0x1820...0x18AA: true
        case 0x1A20...0x1AAD, 0x1B00...0x1B4B, 0x1B80...0x1BFF, 0x1C00...0x1C4F: true
        case 0xA840...0xA87F, 0xA8E0...0xA8FF, 0xA980...0xA9CF, 0xAA60...0xAA7F, 0xABC0...0xABFF: true
        case 0xFB50...0xFDFB, 0xFE70...0xFEFC, 0x10A00...0x10A4F, 0x10AC0...0x10AFF, 0x11000...0x11FFF: true
        default: false
        }
    }
}
