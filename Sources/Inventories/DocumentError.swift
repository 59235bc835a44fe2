import Domain

/// Why a document (inventory, SBOM, dpkg status) was refused. Nothing of a refused document is used.
public enum DocumentError: UserFacingError, Hashable {
    /// Not the syntax it claims to be.
    case malformed(TextPosition, reason: String)
    /// The input ends in the middle of a document.
    case truncated(TextPosition)
    /// Right syntax, wrong content: which field, and what is wrong with it.
    case invalid(TextPosition, field: String, reason: String)
    /// One document is larger than the limit, in bytes.
    case tooLarge(limit: Int)
    /// A list holds more entries than the limit.
    case tooMany(String, limit: Int)
    /// A format that is recognised and not read; `advice` says what to do instead.
    case unsupported(format: String, advice: String)
    /// An inventory of another major version of the format.
    case schema(found: String)
    /// Nothing but white space.
    case empty
    /// The file or stream failed while being read.
    case unreadable(reason: String)

    public var code: String {
        switch self {
        case .malformed: "document.malformed"
        case .truncated: "document.truncated"
        case .invalid: "document.invalid"
        case .tooLarge: "document.too_large"
        case .tooMany: "document.too_many_entries"
        case .unsupported: "document.unsupported"
        case .schema: "document.schema"
        case .empty: "document.empty"
        case .unreadable: "document.unreadable"
        }
    }

    public var message: String {
        switch self {
        case .malformed(let position, let reason):
            "The document is malformed at \(position): \(reason)."
        case .truncated(let position):
            "The document ends in the middle, at \(position). Send the whole file again."
        case .invalid(let position, let field, let reason):
            "The field \(field) at \(position) \(reason)."
        case .tooLarge(let limit):
            "A document is larger than \(limit / 1_048_576) MiB. Split it into one document per host."
        case .tooMany(let what, let limit):
            "The document lists more than \(limit) \(what). Split it into one document per host."
        case .unsupported(let format, let advice):
            "\(format) is not supported. \(advice)"
        case .schema(let found):
            "The inventory's schema is \(found); this version reads garrison.inventory/1. "
                + "Use the same major version of garrison on both sides."
        case .empty:
            "The input is empty."
        case .unreadable(let reason):
            "The input cannot be read: \(reason)."
        }
    }

    /// The same error at `line` lines further down, for a document inside a stream of documents.
    func shifted(lines: Int) -> DocumentError {
        switch self {
        case .malformed(let position, let reason): .malformed(position.shifted(lines: lines), reason: reason)
        case .truncated(let position): .truncated(position.shifted(lines: lines))
        case .invalid(let position, let field, let reason):
            .invalid(position.shifted(lines: lines), field: field, reason: reason)
        default: self
        }
    }

    /// The same error with `key` in front of its field path.
    func inside(_ key: String) -> DocumentError {
        guard case .invalid(let position, let field, let reason) = self else { return self }
        let path = field.isEmpty || field.hasPrefix("[") ? key + field : "\(key).\(field)"
        return .invalid(position, field: path, reason: reason)
    }
}

/// A place in a text, both counted from 1; columns count bytes.
public struct TextPosition: Sendable, Hashable, CustomStringConvertible {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The position of the byte at `offset`.
    init(offset: Int, in bytes: UnsafeRawBufferPointer) {
        let before = bytes.prefix(max(0, offset))
        line = 1 + before.lazy.filter { $0 == UInt8(ascii: "\n") }.count
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        column = before.count - lineStart + 1
    }

    public var description: String { "line \(line), column \(column)" }

    func shifted(lines: Int) -> TextPosition { TextPosition(line: line + lines, column: column) }
}
