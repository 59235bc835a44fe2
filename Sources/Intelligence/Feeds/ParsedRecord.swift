import Domain
import FoundationEssentials

/// What an importer makes of one record of its feed.
enum ParsedRecord {
    /// To be emitted; `modified` is how new the record says it is.
    case accepted(IntelligenceRecord, modified: Date?)
    /// To be counted and left out: the record's id, if it has one, and the reason.
    case rejected(String, String)

    /// The same; a rejected record without id gets the one that was read before what it is rejected for.
    func named(_ id: String) -> ParsedRecord {
        if case .rejected("", let reason) = self { return .rejected(id, reason) }
        return self
    }
}

extension FeedSummary {
    /// Counts `parsed`; returns the record to emit, if there is one. `place` names a record without id.
    mutating func take(_ parsed: ParsedRecord, at place: @autoclosure () -> String) -> IntelligenceRecord? {
        switch parsed {
        case .accepted(let record, let modified):
            if let (id, reason) = RecordBounds.fault(of: record) {
                reject(id.isEmpty ? place() : String(id.prefix(80)), reason: reason)
                return nil
            }
            records += 1
            contentIsAtLeast(modified)
            return record
        case .rejected(let id, let reason):
            reject(id.isEmpty ? place() : String(id.prefix(80)), reason: reason)
            return nil
        }
    }
}

extension JSONReader {
    /// Reads one record by `parse`. A value of the wrong type within it rejects the record; the
    /// reader then stands behind it.
    func attempt(_ parse: () throws -> ParsedRecord) throws -> ParsedRecord {
        do {
            return try parse()
        } catch let error as IntelligenceError {
            guard case .mismatch(_, _, let path, let expected) = error else { throw error }
            return .rejected("", "\(path): expected \(expected)")
        }
    }
}

/// What the first bytes of a text tell.
enum FeedText {
    /// Whether the first byte that is not white space (or of a byte order mark) opens a JSON
    /// container.
    static func startsWithJSON(_ input: PeekableSource) throws(IntelligenceError) -> Bool {
        let head = try input.peek(4096)
        let first = head.first { !JSONByte.isSpace($0) && ![0xEF, 0xBB, 0xBF].contains($0) }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }
}
