import Domain
import FoundationEssentials

/// A statement parameter. Everything but text travels in PostgreSQL's binary format.
public enum Value: Sendable, Hashable {
    case null
    /// Sent without a type, as a quoted literal is: it fits text, enum, inet, macaddr, numeric, …
    /// columns. Must not contain NUL.
    case text(String)
    case int2(Int16)
    case int4(Int32)
    case int8(Int64)
    case float8(Double)
    case bool(Bool)
    case uuid(UUID)
    case bytes([UInt8])
    /// Rounded to microseconds.
    case timestamptz(Date)
    /// The day, in UTC, that the instant falls in.
    case date(Date)
    /// jsonb, as UTF-8 JSON text; the server checks it.
    case json([UInt8])
    case textArray([String?])
    case uuidArray([UUID?])
    case int4Array([Int32?])
    case int8Array([Int64?])
    case float8Array([Double?])
    case boolArray([Bool?])
    case dateArray([Date?])
    case timestamptzArray([Date?])
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .int8(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(nilLiteral: ()) { self = .null }
}

/// A Swift type with one natural PostgreSQL type.
public protocol ValueConvertible {
    var value: Value { get }
}

extension Value {
    /// `.of(package.vendor)`: the value, or `.null` of a nil.
    public static func of(_ convertible: some ValueConvertible) -> Value { convertible.value }

    public static func int(_ number: Int) -> Value { .int8(Int64(number)) }
    public static func id<Of>(_ identifier: Identifier<Of>) -> Value { .uuid(identifier.uuid) }
}

extension String: ValueConvertible {
    public var value: Value { .text(self) }
}

extension Int: ValueConvertible {
    public var value: Value { .int8(Int64(self)) }
}

extension Int32: ValueConvertible {
    public var value: Value { .int4(self) }
}

extension Int64: ValueConvertible {
    public var value: Value { .int8(self) }
}

extension Double: ValueConvertible {
    public var value: Value { .float8(self) }
}

extension Bool: ValueConvertible {
    public var value: Value { .bool(self) }
}

extension UUID: ValueConvertible {
    public var value: Value { .uuid(self) }
}

extension Date: ValueConvertible {
    /// `timestamptz`; use `Value.date` for a calendar day.
    public var value: Value { .timestamptz(self) }
}

extension Identifier: ValueConvertible {
    public var value: Value { .uuid(uuid) }
}

extension Optional: ValueConvertible where Wrapped: ValueConvertible {
    public var value: Value { map(\.value) ?? .null }
}
