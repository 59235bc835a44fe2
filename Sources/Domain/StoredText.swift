/// Text that a database takes.
public enum StoredText {
    /// PostgreSQL's text holds no NUL; what comes from outside may, and has U+FFFD in its place.
    public static func clean(_ text: String) -> String {
        var text = text
        // The bytes as they lie: a string's own view goes through them many times slower.
        return text.withUTF8 { $0.contains(0) } ? text.replacing("\0", with: "\u{FFFD}") : text
    }

    /// Cut off where an index would not take it.
    ///
    /// - Parameter count: bytes of UTF-8.
    public static func cut(_ text: String, _ count: Int = 255) -> String {
        text.utf8.count > count ? String(text.prefix(count / 4)) : text
    }
}
