internal import SafeText

/// A theme that cannot be used, and why.
package struct ThemeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The theme's name.
    package let theme: String
    /// The role whose value is wrong, as it is written.
    package let role: String
    /// A sentence saying what is wrong and how to put it right.
    package let sentence: String

    /// The sentence with the place before it.
    package var description: String {
        "theme \(SafeText.plain(theme)), \(SafeText.plain(role)): \(sentence)"
    }
}

/// How each role looks.
///
/// A value is written `bold underline #rrggbb on #rrggbb`: emphases (`bold`, `dim`, `italic`, `underline`, `reverse`),
/// then a foreground, then `on` and a background; each may be left out, and `default` is the terminal's own colour.
package struct Theme: Hashable, Sendable {
    /// The look of one role.
    package struct Look: Hashable, Sendable {
        package var foreground: Color?
        package var background: Color?
        package var emphasis: Style.Emphasis = []
    }

    package let name: String
    private var looks: [Look]

    /// A theme from role names and their values; roles that are not named look like plain text.
    package init(name: String, roles: [String: String]) throws(ThemeError) {
        self.name = name
        looks = Array(repeating: Look(), count: Role.allCases.count)
        // Sorted, so that the same faulty theme always names the same fault first.
        for (key, value) in roles.sorted(by: { $0.key < $1.key }) {
            guard let role = Role(rawValue: key) else {
                throw ThemeError(
                    theme: name, role: key,
                    sentence: "there is no such role; the roles are "
                        + Role.allCases.map(\.rawValue).joined(separator: ", ") + ".")
            }
            looks[role.index] = try Self.look(value, role: key, theme: name)
        }
    }

    /// A theme from values known to be right; a wrong one is left out.
    init(name: String, looks values: [String: String]) {
        self.name = name
        looks = Role.allCases.map { role in
            values[role.rawValue].flatMap { try? Self.look($0, role: role.rawValue, theme: name) } ?? Look()
        }
    }

    /// The look of a role.
    package subscript(role: Role) -> Look { looks[role.index] }

    /// The look of a style: the role's own, the ground's where it has none, and the emphasis of all.
    ///
    /// A row's ground that has a foreground imposes it: a theme that paints the focused row yellow cannot foresee
    /// every colour on it.
    package func look(_ style: Style) -> Look {
        let (role, ground, text) = (self[style.role], self[style.ground], self[.text])
        let groundFirst = style.role == .text || style.ground.isRow
        return Look(
            foreground: (groundFirst ? ground.foreground ?? role.foreground : role.foreground ?? ground.foreground)
                ?? text.foreground,
            background: (style.role == .text ? nil : role.background) ?? ground.background ?? text.background,
            emphasis: role.emphasis.union(ground.emphasis).union(style.emphasis))
    }

    private static func look(_ value: String, role: String, theme: String) throws(ThemeError) -> Look {
        var look = Look()
        var isGround = false
        for word in value.split(separator: " ") {
            if let emphasis = emphases[String(word)], !isGround {
                look.emphasis.insert(emphasis)
            } else if word == "on", !isGround {
                isGround = true
            } else if let color = Color(word), (isGround ? look.background : look.foreground) == nil {
                if isGround { look.background = color } else { look.foreground = color }
            } else {
                throw ThemeError(
                    theme: theme, role: role,
                    sentence: "\u{201C}\(SafeText.plain(String(word)))\u{201D} is not understood here; write "
                        + "\u{201C}bold #rrggbb on #rrggbb\u{201D}, each part as you like, with bold, dim, italic, "
                        + "underline or reverse, and default for the terminal's own colour.")
            }
        }
        guard !isGround || look.background != nil else {
            throw ThemeError(theme: theme, role: role, sentence: "a background is missing after \u{201C}on\u{201D}.")
        }
        return look
    }

    private static let emphases: [String: Style.Emphasis] = [
        "bold": .bold, "dim": .dim, "italic": .italic, "underline": .underline, "reverse": .reverse,
    ]
}

extension Role {
    /// The place in a theme's table.
    var index: Int { Self.indices[self] ?? 0 }

    private static let indices: [Role: Int] = Dictionary(
        uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })

    /// Whether it is the ground of a whole row.
    fileprivate var isRow: Bool { self == .selection || self == .selectionInactive || self == .marked }
}
