import FoundationEssentials

/// A time as clients send it: RFC 3339 with any offset, with or without fractions of a second.
struct Timestamp {
    let date: Date

    /// Nil when the text is not RFC 3339.
    init?(_ text: String) {
        guard text.utf8.count <= 40 else { return nil }
        let whole = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
        let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = (try? whole.parse(text)) ?? (try? fractional.parse(text)) else { return nil }
        self.date = date
    }
}
