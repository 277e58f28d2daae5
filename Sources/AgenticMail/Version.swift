/// Which program this is.
public enum Version {
    /// By the rules of semantic versioning.
    public static let number = "0.1.0"
    /// The day of the version, as the manual page's footer writes it.
    public static let date = "November 24, 2026"
}
