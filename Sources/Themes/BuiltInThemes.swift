/// The themes of the folder `themes`, inside the program, so that it works wherever it is copied to.
package enum BuiltInThemes {
    /// Each theme's name and file, the usual one first.
    package static var all: [(name: String, bytes: [UInt8])] {
        [
            ("dark", PackageResources.dark_toml),
            ("light", PackageResources.light_toml),
            ("high-contrast", PackageResources.high_contrast_toml),
            ("mono", PackageResources.mono_toml),
        ]
    }
}
