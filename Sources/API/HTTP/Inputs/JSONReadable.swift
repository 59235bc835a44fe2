import Domain
import FoundationEssentials

/// A type that fields of request bodies can have.
public protocol JSONReadable {
    /// Nil when the value has another type.
    init?(json: JSONValue)
}

extension JSONValue {
    /// The value of a field that must be there. The schema has been checked before; a difference
    /// between the two is reported to the client like any other.
    public func required<Value: JSONReadable>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(RequestError) -> Value {
        guard let value: Value = try optional(name) else { throw .missingField(name: name) }
        return value
    }

    /// The value of a field; nil when it is absent or null.
    public func optional<Value: JSONReadable>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(RequestError) -> Value? {
        guard let json = self[name], json != .null else { return nil }
        guard let value = Value(json: json) else {
            throw .invalidField(name: name, message: "The field \(name) has a value that is not taken here.")
        }
        return value
    }
}

extension String: JSONReadable {
    public init?(json: JSONValue) {
        guard case .string(let value) = json else { return nil }
        self = value
    }
}

extension Int: JSONReadable {
    public init?(json: JSONValue) {
        guard case .integer(let value) = json else { return nil }
        self = value
    }
}

extension Double: JSONReadable {
    public init?(json: JSONValue) {
        switch json {
        case .integer(let value): self.init(value)
        case .number(let value): self = value
        default: return nil
        }
    }
}

extension Bool: JSONReadable {
    public init?(json: JSONValue) {
        guard case .bool(let value) = json else { return nil }
        self = value
    }
}

extension Date: JSONReadable {
    public init?(json: JSONValue) {
        guard case .string(let text) = json, let timestamp = Timestamp(text) else { return nil }
        self = timestamp.date
    }
}

extension Identifier: JSONReadable {
    public init?(json: JSONValue) {
        guard case .string(let text) = json else { return nil }
        self.init(text)
    }
}

extension Array: JSONReadable where Element: JSONReadable {
    public init?(json: JSONValue) {
        guard case .array(let elements) = json else { return nil }
        var values: [Element] = []
        for element in elements {
            guard let value = Element(json: element) else { return nil }
            values.append(value)
        }
        self = values
    }
}

extension JSONValue: JSONReadable {
    public init?(json: JSONValue) { self = json }
}

extension JSONReadable where Self: RawRepresentable, RawValue == String {
    public init?(json: JSONValue) {
        guard case .string(let text) = json else { return nil }
        self.init(rawValue: text)
    }
}

extension Severity: JSONReadable {}
extension FindingStatus: JSONReadable {}
extension EndpointStatus: JSONReadable {}
extension Role: JSONReadable {}
extension TokenScope: JSONReadable {}
