import Domain
import FoundationEssentials

/// The first place where a value does not have the shape asked for.
public struct SchemaViolation: Error, Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case missing, unknown, invalid
    }

    /// Where, `endpoint_ids[3]`; empty for the document itself.
    public let field: String
    public let kind: Kind
    /// A sentence: what is wrong and what is allowed.
    public let message: String
}

extension Schema {
    /// Checks a value; fields that the schema does not name are violations.
    public func validate(_ value: JSONValue, at path: String = "") throws(SchemaViolation) {
        switch (self, value) {
        case (.any, _), (.boolean, .bool), (.nullable, .null): return
        case (.named(_, let schema), _), (.nullable(let schema), _): try schema.validate(value, at: path)
        case (.string(let format, let length), .string(let text)):
            try Self.check(text, format: format, length: length, at: path)
        case (.oneOf(let allowed), .string(let text)):
            guard allowed.contains(text) else {
                throw invalid(path, "must be one of \(allowed.joined(separator: ", "))")
            }
        case (.integer(let range), .integer(let number)):
            if let range, !range.contains(number) {
                throw invalid(path, "must be between \(range.lowerBound) and \(range.upperBound)")
            }
        case (.number(let range), .integer(let number)): try check(Double(number), in: range, at: path)
        case (.number(let range), .number(let number)): try check(number, in: range, at: path)
        case (.array(let element, let count), .array(let elements)):
            try Self.check(elements, of: element, count: count, at: path)
        case (.map(let element), .object(let fields)):
            for field in fields { try element.validate(field.value, at: Self.join(path, field.name)) }
        case (.object(let declared), .object(let fields)):
            try Self.check(fields, against: declared, at: path)
        default: throw invalid(path, "must be \(kind), and is \(value.kind)")
        }
    }

    private static func check(
        _ fields: [JSONValue.Field], against declared: [Field], at path: String
    ) throws(SchemaViolation) {
        for field in fields {
            guard let match = declared.first(where: { $0.name == field.name }) else {
                let names = declared.map(\.name).joined(separator: ", ")
                let name = join(path, field.name)
                throw SchemaViolation(
                    field: name, kind: .unknown,
                    message: "The field \(name) is not known here. The fields are: \(names).")
            }
            try match.schema.validate(field.value, at: join(path, field.name))
        }
        for field in declared where field.isRequired && !fields.contains(where: { $0.name == field.name }) {
            let name = join(path, field.name)
            throw SchemaViolation(field: name, kind: .missing, message: "The field \(name) is missing.")
        }
    }

    private static func check(
        _ elements: [JSONValue], of schema: Schema, count: ClosedRange<Int>?, at path: String
    ) throws(SchemaViolation) {
        if let count, !count.contains(elements.count) {
            throw invalidity(path, "must have between \(count.lowerBound) and \(count.upperBound) elements")
        }
        for (index, element) in elements.enumerated() { try schema.validate(element, at: "\(path)[\(index)]") }
    }

    private static func check(
        _ text: String, format: StringFormat?, length: ClosedRange<Int>?, at path: String
    ) throws(SchemaViolation) {
        // No value here has one, and PostgreSQL's text cannot hold it.
        if text.utf8.contains(0) { throw invalidity(path, "must not contain NUL") }
        if let length, !length.contains(text.unicodeScalars.count) {
            throw invalidity(path, "must have between \(length.lowerBound) and \(length.upperBound) characters")
        }
        switch format {
        case .uuid: if UUID(uuidString: text) == nil { throw invalidity(path, "must be a UUID") }
        case .dateTime:
            if Timestamp(text) == nil { throw invalidity(path, "must be a time like 2024-02-29T12:00:00Z") }
        default: return
        }
    }

    private func check(_ number: Double, in range: ClosedRange<Double>?, at path: String) throws(SchemaViolation) {
        if let range, !range.contains(number) {
            throw invalid(path, "must be between \(range.lowerBound) and \(range.upperBound)")
        }
    }

    private func invalid(_ path: String, _ rule: String) -> SchemaViolation { Self.invalidity(path, rule) }

    private static func invalidity(_ path: String, _ rule: String) -> SchemaViolation {
        let subject = path.isEmpty ? "The body" : "The field \(path)"
        return SchemaViolation(field: path, kind: .invalid, message: "\(subject) \(rule).")
    }

    private static func join(_ path: String, _ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }

    private var kind: String {
        switch self {
        case .string, .oneOf: "a string"
        case .integer: "an integer"
        case .number: "a number"
        case .boolean: "a boolean"
        case .array: "an array"
        case .object, .map: "an object"
        case .nullable(let schema), .named(_, let schema): schema.kind
        case .any: "a value"
        }
    }
}
