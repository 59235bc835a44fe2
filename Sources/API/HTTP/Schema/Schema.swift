/// The shape of a JSON value: what OpenAPI documents and request bodies are checked against. A
/// subset of JSON Schema 2020-12, which OpenAPI 3.1 uses.
public indirect enum Schema: Sendable, Hashable {
    case string(StringFormat? = nil, length: ClosedRange<Int>? = nil)
    /// One of a closed set of strings.
    case oneOf([String])
    case integer(ClosedRange<Int>? = nil)
    case number(ClosedRange<Double>? = nil)
    case boolean
    case array(of: Schema, count: ClosedRange<Int>? = nil)
    /// Fixed fields; others are refused on writes.
    case object([Field])
    /// Any names, values of one shape.
    case map(of: Schema)
    /// The value, or null.
    case nullable(Schema)
    /// A shape with a name of its own under `#/components/schemas`.
    case named(String, Schema)
    /// Any JSON value.
    case any

    /// The `format` of a string.
    public enum StringFormat: String, Sendable, Hashable {
        case uuid
        case dateTime = "date-time"
        case date
        case email
        case uri
        /// Never shown: tokens, passwords.
        case password
    }

    /// A field of an object.
    public struct Field: Sendable, Hashable {
        public let name: String
        public let schema: Schema
        /// One sentence for the document.
        public let description: String
        public let isRequired: Bool
        public let example: JSONValue?

        /// A field that is always there; make its schema nullable where it can be null.
        public static func field(
            _ name: String, _ schema: Schema, _ description: String = "", example: JSONValue? = nil
        ) -> Field {
            Field(name: name, schema: schema, description: description, isRequired: true, example: example)
        }

        /// A field that may be left out.
        public static func optional(
            _ name: String, _ schema: Schema, _ description: String = "", example: JSONValue? = nil
        ) -> Field {
            Field(name: name, schema: schema, description: description, isRequired: false, example: example)
        }
    }

    /// A string of any length.
    public static var string: Schema { .string() }
    public static var integer: Schema { .integer() }
    public static var number: Schema { .number() }
    /// A UUID in its 36-character form.
    public static var uuid: Schema { .string(.uuid) }
    /// RFC 3339, UTC.
    public static var timestamp: Schema { .string(.dateTime) }

    /// The raw values of an enumeration.
    public static func cases<Value: CaseIterable & RawRepresentable<String>>(of type: Value.Type) -> Schema {
        .oneOf(type.allCases.map(\.rawValue))
    }

    /// This shape or null.
    public var orNull: Schema { .nullable(self) }
}

/// A type whose values have one JSON shape.
public protocol SchemaProviding {
    /// The shape. It is written by hand beside the writing code; `SchemaChecks` in the tests
    /// compares the two on real values.
    static var schema: Schema { get }
}

extension Array: SchemaProviding where Element: SchemaProviding {
    public static var schema: Schema { .array(of: Element.schema) }
}
