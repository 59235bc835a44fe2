import Domain
import FoundationEssentials
import Inventories

/// A page of a declared listing.
struct GenericAnswer: Sendable {
    let bytes: [UInt8]
    /// Where the records stand.
    let records: [Range<Int>]
    /// The place of the page after this one, as a checkpoint keeps it; nil behind the last.
    let next: String?
    /// The server's clock.
    let time: Date

    init(
        _ response: VendorResponse, _ stream: Declaration.Stream, at place: GenericPlace, base: VendorOrigin
    ) throws(FieldRefusal) {
        bytes = response.body
        time = response.time(or: Date())
        if stream.format == .ndjson {
            records = Self.lines(response.body)
            next = try place.next(behind: records.count, nil, response, stream.paging, base)
            return
        }
        let list: Range<Int>?
        if let path = stream.records {
            list = try Self.find(path, in: response.body)
        } else {
            list = 0..<response.body.count
        }
        if let list { records = try Self.elements(response.body, list) } else { records = [] }
        next = try place.next(behind: records.count, response.body, response, stream.paging, base)
    }

    /// Where the value at a path stands; nil where there is none.
    static func find(_ path: FieldPath, in bytes: [UInt8]) throws(FieldRefusal) -> Range<Int>? {
        var place = 0..<bytes.count
        for step in path.steps {
            var found: Range<Int>?
            try read(bytes, place) { cursor throws(DocumentError) in
                switch (step, try cursor.kind()) {
                case (.key(let key), .object):
                    try cursor.members { cursor, name throws(DocumentError) in
                        let isFound = bytes[place.lowerBound + name.lowerBound..<place.lowerBound + name.upperBound]
                            .elementsEqual(key.utf8)
                        let value = try skipped(&cursor, place)
                        if isFound { found = value }
                    }
                case (.index(let index), .array):
                    try cursor.array { cursor, number throws(DocumentError) in
                        let value = try skipped(&cursor, place)
                        if number == index { found = value }
                    }
                default: break
                }
            }
            guard let found else { return nil }
            place = found
        }
        return place
    }

    /// The text, number or flag at a path.
    static func scalar(_ path: FieldPath?, in bytes: [UInt8]?) throws(FieldRefusal) -> String? {
        guard let path, let bytes, let place = try find(path, in: bytes) else { return nil }
        return try JSONTree(bytes, place).scalar
    }

    private static func elements(
        _ bytes: [UInt8], _ range: Range<Int>
    ) throws(FieldRefusal) -> [Range<Int>] {
        var elements: [Range<Int>] = []
        try read(bytes, range) { cursor throws(DocumentError) in
            guard try !cursor.takeNull() else { return }
            try cursor.array { cursor, _ throws(DocumentError) in elements.append(try skipped(&cursor, range)) }
        }
        return elements
    }

    private static func skipped(_ cursor: inout JSONCursor, _ range: Range<Int>) throws(DocumentError) -> Range<Int> {
        _ = cursor.peek()
        let start = cursor.offset
        try cursor.skip()
        return range.lowerBound + start..<range.lowerBound + cursor.offset
    }

    private static func read(
        _ bytes: [UInt8], _ range: Range<Int>, _ body: (inout JSONCursor) throws(DocumentError) -> Void
    ) throws(FieldRefusal) {
        let outcome = bytes.withUnsafeBytes { bytes in
            Result { () throws(DocumentError) -> Void in
                var cursor = JSONCursor(
                    UnsafeRawBufferPointer(rebasing: bytes[range]), maximumDepth: VendorRecord.deepest)
                try body(&cursor)
            }
        }
        if case .failure(let error) = outcome {
            throw FieldRefusal(field: "", reason: "cannot be read: \(error.message)")
        }
    }

    private static func lines(_ bytes: [UInt8]) -> [Range<Int>] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            line.allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 } ? nil : line.startIndex..<line.endIndex
        }
    }
}
