/// A streaming reader of comma-separated values, RFC 4180: quoted fields may hold commas, doubled
/// quotes and line ends. Invalid UTF-8 becomes U+FFFD.
public final class CSVReader {
    private let source: any ByteSource
    private let buffer = ByteBuffer()
    private var position = 0
    private var end = 0
    private var baseOffset: UInt64 = 0
    private var field: [UInt8] = []
    private var fields: [String] = []
    private var recordBytes = 0

    /// The line on which the record last read begins, from 1.
    public private(set) var line = 0
    private var linesRead = 0

    private static let longestRecord = 1 << 20

    public init(_ source: any ByteSource) { self.source = source }

    public var offset: UInt64 { baseOffset + UInt64(position) }

    /// The fields of the next record; nil at the end. Empty lines are passed over.
    public func next() throws(IntelligenceError) -> [String]? {
        while try peekByte() != nil {
            fields = []
            recordBytes = 0
            line = linesRead + 1
            try readRecord()
            if fields != [""] { return fields }
        }
        return nil
    }

    private func readRecord() throws(IntelligenceError) {
        while true {
            field.removeAll(keepingCapacity: true)
            if try peekByte() == UInt8(ascii: "\"") {
                try quotedField()
            }
            try plainField()
            fields.append(String(decoding: field, as: UTF8.self))
            guard let separator = try peekByte() else { return }
            position += 1
            if separator == UInt8(ascii: "\n") {
                linesRead += 1
                return
            }
        }
    }

    /// Up to the next comma or line end, which stays unread.
    private func plainField() throws(IntelligenceError) {
        while let byte = try peekByte(), byte != UInt8(ascii: ","), byte != UInt8(ascii: "\n") {
            position += 1
            if byte == UInt8(ascii: "\r"), try peekByte() ?? UInt8(ascii: "\n") == UInt8(ascii: "\n") { return }
            try append(byte)
        }
    }

    private func quotedField() throws(IntelligenceError) {
        position += 1
        while let byte = try peekByte() {
            position += 1
            if byte == UInt8(ascii: "\"") {
                guard try peekByte() == UInt8(ascii: "\"") else { return }
                position += 1
            }
            if byte == UInt8(ascii: "\n") { linesRead += 1 }
            try append(byte)
        }
        throw .truncated(input: source.name, offset: offset)
    }

    private func append(_ byte: UInt8) throws(IntelligenceError) {
        recordBytes += 1
        guard recordBytes <= Self.longestRecord else { throw malformed("a record is longer than 1 MiB") }
        field.append(byte)
    }

    private func peekByte() throws(IntelligenceError) -> UInt8? {
        if position == end {
            baseOffset += UInt64(end)
            position = 0
            end = try source.read(into: buffer.bytes)
            if end == 0 { return nil }
        }
        return buffer.base[position]
    }

    func malformed(_ reason: String) -> IntelligenceError {
        .malformed(input: source.name, offset: offset, path: "line \(line)", reason: reason)
    }
}

/// Finds fields of a CSV record by the names in its header.
struct CSVHeader {
    private let columns: [String: Int]

    init(_ names: [String]) {
        let named = names.enumerated().map { index, name in
            (index == 0 && name.hasPrefix("\u{FEFF}") ? String(name.dropFirst()) : name, index)
        }
        columns = Dictionary(named, uniquingKeysWith: { first, _ in first })
    }

    func has(_ names: String...) -> Bool { names.allSatisfy { columns[$0] != nil } }

    /// The field of this name; nil when the record is too short for it or the header has none.
    func field(_ name: String, of record: [String]) -> String? {
        guard let index = columns[name], index < record.count else { return nil }
        return record[index]
    }
}
