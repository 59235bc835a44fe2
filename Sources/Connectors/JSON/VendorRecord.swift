import Domain
import FoundationEssentials
import Inventories

/// One JSON object of a vendor, of which a reader wants a few of many fields. It is read in place: only what is asked
/// for is decoded. Vendors write null, nothing or an empty text where they know nothing, which is all the same here;
/// a value of the wrong kind is refused.
package struct VendorRecord: Sendable {
    private struct Member {
        let key: Range<Int>
        let value: Range<Int>
    }

    private let bytes: [UInt8]
    private let range: Range<Int>
    private let members: [Member]
    private let path: String

    /// More than any record of a vendor needs, and less than a stack holds.
    package static let deepest = 64

    /// - Parameters:
    ///   - range: where the object stands.
    ///   - path: where it stands in its record, for refusals.
    package init(_ bytes: [UInt8], _ range: Range<Int>, path: String = "") throws(FieldRefusal) {
        var members: [Member] = []
        // No member is shorter than this on the average.
        members.reserveCapacity(min(48, range.count / 16))
        try Self.read(bytes, range, field: path) { cursor throws(DocumentError) in
            try cursor.members { cursor, key throws(DocumentError) in
                _ = cursor.peek()
                let start = cursor.offset
                try cursor.skip()
                members.append(
                    Member(
                        key: range.lowerBound + key.lowerBound..<range.lowerBound + key.upperBound,
                        value: range.lowerBound + start..<range.lowerBound + cursor.offset))
            }
        }
        self.bytes = bytes
        self.range = range
        self.members = members
        self.path = path
    }

    /// As it came.
    package var json: String { String(decoding: bytes[range], as: UTF8.self) }

    /// Whether there is a value for a key that is not null.
    package func holds(_ key: StaticString) -> Bool { value(key) != nil }

    /// Nil where there is none.
    package func text(_ key: StaticString) throws(FieldRefusal) -> String? {
        guard let value = value(key) else { return nil }
        let text = try read(key, value) { cursor throws(DocumentError) in try cursor.string() }
        return text.isEmpty ? nil : StoredText.clean(text)
    }

    /// The first of several fields that has one.
    package func text(anyOf keys: StaticString...) throws(FieldRefusal) -> String? {
        for key in keys {
            if let text = try text(key) { return text }
        }
        return nil
    }

    package func requiredText(_ key: StaticString) throws(FieldRefusal) -> String {
        guard let text = try text(key) else { throw FieldRefusal(field: place(key), reason: "is missing") }
        return text
    }

    package func flag(_ key: StaticString) throws(FieldRefusal) -> Bool? {
        guard let value = value(key) else { return nil }
        return try read(key, value) { cursor throws(DocumentError) in try cursor.boolean() }
    }

    package func number(_ key: StaticString) throws(FieldRefusal) -> Double? {
        guard let value = value(key) else { return nil }
        let text = try read(key, value) { cursor throws(DocumentError) in try cursor.number() }
        guard let number = Double(text), number.isFinite else {
            throw FieldRefusal(field: place(key), reason: "is no number that fits")
        }
        return number
    }

    package func integer(_ key: StaticString) throws(FieldRefusal) -> Int? {
        guard let number = try number(key) else { return nil }
        guard let integer = Int(exactly: number) else {
            throw FieldRefusal(field: place(key), reason: "must be a whole number")
        }
        return integer
    }

    /// RFC 3339, with any fraction. The year 1, which some vendors write for never, is nil.
    package func date(_ key: StaticString) throws(FieldRefusal) -> Date? {
        guard let text = try text(key) else { return nil }
        guard let date = RFC3339.date(text) else {
            throw FieldRefusal(field: place(key), reason: "must be a time such as 2026-03-01T12:00:00Z")
        }
        return text.hasPrefix("0001-01-01") ? nil : date
    }

    /// A list of texts; empty ones are left out.
    package func texts(_ key: StaticString) throws(FieldRefusal) -> [String] {
        guard let value = value(key) else { return [] }
        return try read(key, value) { cursor throws(DocumentError) in
            var texts: [String] = []
            try cursor.array { cursor, _ throws(DocumentError) in
                guard try !cursor.takeNull() else { return }
                let text = try cursor.string()
                if !text.isEmpty { texts.append(StoredText.clean(text)) }
            }
            return texts
        }
    }

    /// The texts of its keys, as they are written.
    package var keys: [String] { members.map { String(decoding: bytes[$0.key], as: UTF8.self) } }

    /// An object whose values are true or false; what is null is left out.
    package func flags(_ key: StaticString) throws(FieldRefusal) -> [String: Bool] {
        guard let record = try record(key) else { return [:] }
        var flags: [String: Bool] = [:]
        for member in record.members where !record.isNull(member.value) {
            let name = String(decoding: bytes[member.key], as: UTF8.self)
            flags[name] = try Self.read(bytes, member.value, field: "\(record.path).\(name)") {
                cursor throws(DocumentError) in try cursor.boolean()
            }
        }
        return flags
    }

    package func record(_ key: StaticString) throws(FieldRefusal) -> VendorRecord? {
        guard let value = value(key) else { return nil }
        return try VendorRecord(bytes, value, path: place(key))
    }

    /// A list of objects.
    package func records(_ key: StaticString) throws(FieldRefusal) -> [VendorRecord] {
        var records: [VendorRecord] = []
        for range in try elements(key) { records.append(try VendorRecord(bytes, range, path: place(key))) }
        return records
    }

    /// The objects that are the values of an object, with their keys.
    package func recordsByKey(_ key: StaticString) throws(FieldRefusal) -> [(String, VendorRecord)] {
        guard let record = try record(key) else { return [] }
        var records: [(String, VendorRecord)] = []
        for member in record.members where !record.isNull(member.value) {
            let name = String(decoding: bytes[member.key], as: UTF8.self)
            records.append((name, try VendorRecord(bytes, member.value, path: "\(record.path).\(name)")))
        }
        return records
    }

    /// Where the elements of a list stand; they may be anything.
    func elements(_ key: StaticString) throws(FieldRefusal) -> [Range<Int>] {
        guard let value = value(key) else { return [] }
        return try read(key, value) { cursor throws(DocumentError) in
            var elements: [Range<Int>] = []
            try cursor.array { cursor, _ throws(DocumentError) in
                _ = cursor.peek()
                let start = cursor.offset
                try cursor.skip()
                elements.append(value.lowerBound + start..<value.lowerBound + cursor.offset)
            }
            return elements
        }
    }

    /// Where a key's value stands; nil when it is absent or null. Of several with one key the last counts.
    private func value(_ key: StaticString) -> Range<Int>? {
        let range = bytes.withUnsafeBytes { bytes -> Range<Int>? in
            let key = UnsafeRawBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
            for member in members.reversed() where member.key.count == key.count {
                if bytes[member.key].elementsEqual(key) { return member.value }
            }
            return nil
        }
        return range.flatMap { isNull($0) ? nil : $0 }
    }

    private func isNull(_ value: Range<Int>) -> Bool { bytes[value.lowerBound] == UInt8(ascii: "n") }

    private func place(_ key: StaticString) -> String { path.isEmpty ? "\(key)" : "\(path).\(key)" }

    private func read<Value>(
        _ key: StaticString, _ value: Range<Int>, _ body: (inout JSONCursor) throws(DocumentError) -> Value
    ) throws(FieldRefusal) -> Value {
        try Self.read(bytes, value, field: place(key), body)
    }

    private static func read<Value>(
        _ bytes: [UInt8], _ range: Range<Int>, field: String,
        _ body: (inout JSONCursor) throws(DocumentError) -> Value
    ) throws(FieldRefusal) -> Value {
        let outcome = bytes.withUnsafeBytes { bytes in
            Result { () throws(DocumentError) -> Value in
                var cursor = JSONCursor(UnsafeRawBufferPointer(rebasing: bytes[range]), maximumDepth: deepest)
                return try body(&cursor)
            }
        }
        switch outcome {
        case .success(let value): return value
        case .failure(.invalid(_, _, let reason)): throw FieldRefusal(field: field, reason: reason)
        case .failure(.malformed(_, let reason)): throw FieldRefusal(field: field, reason: "is malformed: \(reason)")
        case .failure(.truncated): throw FieldRefusal(field: field, reason: "ends in the middle")
        case .failure(let error): throw FieldRefusal(field: field, reason: "cannot be read: \(error.message)")
        }
    }
}
