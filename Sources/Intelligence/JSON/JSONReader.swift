/// A streaming pull reader of JSON (RFC 8259), of one document or of several after each other
/// (NDJSON, concatenated). Memory stays bounded by one buffer and the longest string asked for.
///
///     let reader = JSONReader(source)
///     try reader.object { key in
///         switch key {
///         case "id": id = try reader.string()
///         case "tags": try reader.array { tags.append(try reader.string()) }
///         default: break  // a value nobody reads is skipped
///         }
///     }
///
/// The grammar is enforced strictly, in skipped values too, except that a byte order mark at the
/// very start is ignored. Text that is not UTF-8 and lone surrogate escapes become U+FFFD where
/// strings are read. A value of another type than asked for throws `.mismatch` with the reader
/// behind the record, so that reading may go on; every other error ends the reading.
public final class JSONReader {
    /// The kinds of values, told by their first byte.
    public enum Kind: String, Sendable {
        case object, array, string, number, bool, null
    }

    /// Bounds that hostile input meets.
    public struct Limits: Sendable {
        /// Containers within each other.
        public var depth: Int
        /// UTF-8 bytes of one string that is read; skipped ones may be longer. A longer one is a mismatch.
        public var stringBytes: Int

        public init(depth: Int = 256, stringBytes: Int = 1 << 20) {
            self.depth = depth
            self.stringBytes = stringBytes
        }
    }

    let source: any ByteSource
    let limits: Limits
    let buffer = ByteBuffer()
    /// The unread bytes of the buffer are `position..<end`.
    var position = 0
    var end = 0
    /// Bytes of the input before the buffer's first.
    var baseOffset: UInt64 = 0
    /// Values finished so far: tells whether a closure read the value it was offered.
    var valuesRead: UInt64 = 0
    var path: [JSONPathStep] = []
    /// Collects strings that span buffers or hold escapes.
    var scratch: [UInt8] = []
    /// The line of the next byte, from 1; a malformed value may make it inexact within that value.
    var line = 1
    /// Whether the value that is being read has to end with its line.
    var isWithinLine = false

    public init(_ source: any ByteSource, limits: Limits = Limits()) {
        self.source = source
        self.limits = limits
    }

    /// What errors call the input.
    public var inputName: String { source.name }

    /// How many bytes of the input were read up to here.
    public var offset: UInt64 { baseOffset + UInt64(position) }

    /// The kind of the next value; nil at the end of the input, where no more documents follow.
    public func peek() throws(IntelligenceError) -> Kind? {
        if offset == 0 { try skipByteOrderMark() }
        guard let byte = try nextSignificant() else {
            if path.isEmpty { return nil }
            throw truncated
        }
        switch byte {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: throw malformed("a value was expected")
        }
    }

    /// Ends reading: anything but white space that follows is an error.
    public func finish() throws(IntelligenceError) {
        if try nextSignificant() != nil { throw malformed("data follows the document") }
    }

    private func skipByteOrderMark() throws(IntelligenceError) {
        guard try ensure(3) else { return }
        let bytes = buffer.base
        if bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
    }
}

/// One step of the place in a document that errors name.
enum JSONPathStep {
    case key(String)
    case index(Int)
}
