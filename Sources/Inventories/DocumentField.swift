import Domain
import FoundationEssentials

/// Reads typed, bounded fields for documents that are kept: control characters and lengths are
/// checked here, once.
struct DocumentField {
    let limits: DocumentLimits

    init(_ limits: DocumentLimits) { self.limits = limits }

    /// A name, version or other identifying string.
    func identifier(_ cursor: inout JSONCursor) throws(DocumentError) -> String {
        try checked(&cursor, limit: limits.identifierBytes)
    }

    /// A value or sentence; it may have lines and tabs.
    func text(_ cursor: inout JSONCursor) throws(DocumentError) -> String {
        try checked(&cursor, limit: limits.textBytes, allowed: [0x09, 0x0A])
    }

    func optionalIdentifier(_ cursor: inout JSONCursor) throws(DocumentError) -> String? {
        try cursor.takeNull() ? nil : identifier(&cursor)
    }

    /// RFC 3339.
    func date(_ cursor: inout JSONCursor) throws(DocumentError) -> Date {
        let start = cursor.offset
        let text = try identifier(&cursor)
        guard let date = RFC3339.date(text) else {
            throw invalid(cursor, start, "is not an RFC 3339 time such as 2026-03-01T12:00:00Z")
        }
        return date
    }

    func list<Element>(
        _ cursor: inout JSONCursor, limit: Int, of what: String,
        _ element: (inout JSONCursor) throws(DocumentError) -> Element
    ) throws(DocumentError) -> [Element] {
        var elements: [Element] = []
        try cursor.array { cursor, index throws(DocumentError) in
            guard index < limit else { throw .tooMany(what, limit: limit) }
            elements.append(try element(&cursor))
        }
        return elements
    }

    /// The error for the value that began at `start`.
    func invalid(_ cursor: JSONCursor, _ start: Int, _ reason: String) -> DocumentError {
        .invalid(TextPosition(offset: start, in: cursor.bytes), field: "", reason: reason)
    }

    /// `value`, or the error that the object which began at `start` lacks `key`.
    func required<Value>(
        _ value: Value?, _ key: String, _ cursor: JSONCursor, _ start: Int
    ) throws(DocumentError) -> Value {
        guard let value else { throw invalid(cursor, start, "is missing").inside(key) }
        return value
    }

    private func checked(
        _ cursor: inout JSONCursor, limit: Int, allowed: [UInt8] = []
    ) throws(DocumentError) -> String {
        _ = cursor.peek()
        let start = cursor.offset
        let text = try cursor.string()
        if let reason = Self.fault(text, limit: limit, allowed: allowed) { throw invalid(cursor, start, reason) }
        return text
    }

    /// Why `text` is not taken; nil when it is.
    static func fault(_ text: String, limit: Int, allowed: [UInt8] = []) -> String? {
        if text.utf8.count > limit { return "is longer than \(limit) bytes" }
        let isClean = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || allowed.contains($0) }
        return isClean ? nil : "holds a control character"
    }
}
