import Domain
import FoundationEssentials

/// A type that a path or query parameter can have.
public protocol ParameterValue: Sendable {
    /// What the document says of it.
    static var parameterSchema: Schema { get }
    /// The rule that a refused text broke: `must be a UUID`.
    static var parameterRule: String { get }
    /// Nil when the text, already percent-decoded, is no such value.
    init?(parameter text: String)
}

/// A parameter whatever its type: what the document needs to know.
public protocol ParameterDescribing: Sendable {
    var name: String { get }
    /// One sentence for the document.
    var summary: String { get }
    var isInPath: Bool { get }
    var schema: Schema { get }
    /// The value that a missing parameter has.
    var defaultValue: JSONValue? { get }
}

/// A part of the path: `{id}` in `/api/endpoints/{id}`.
public struct PathParameter<Value: ParameterValue>: ParameterDescribing {
    public let name: String
    public let summary: String
    public var isInPath: Bool { true }
    public var schema: Schema { Value.parameterSchema }
    public var defaultValue: JSONValue? { nil }

    public init(_ name: String, _ summary: String) {
        self.name = name
        self.summary = summary
    }
}

/// A filter or option behind the question mark; always optional.
public struct QueryParameter<Value: ParameterValue>: ParameterDescribing {
    public let name: String
    public let summary: String
    public let defaultValue: JSONValue?
    public var isInPath: Bool { false }
    public var schema: Schema { Value.parameterSchema }

    public init(_ name: String, _ summary: String, default defaultValue: JSONValue? = nil) {
        self.name = name
        self.summary = summary
        self.defaultValue = defaultValue
    }
}

extension String: ParameterValue {
    public static var parameterSchema: Schema { .string(length: 0...1000) }
    public static var parameterRule: String { "must have at most 1000 characters" }
    public init?(parameter text: String) {
        guard text.utf8.count <= 4000, text.count <= 1000 else { return nil }
        self = text
    }
}

extension Int: ParameterValue {
    public static var parameterSchema: Schema { .integer }
    public static var parameterRule: String { "must be a whole number" }
    public init?(parameter text: String) { self.init(text) }
}

extension Double: ParameterValue {
    public static var parameterSchema: Schema { .number }
    public static var parameterRule: String { "must be a number" }
    public init?(parameter text: String) {
        guard let value = Double(text), value.isFinite else { return nil }
        self = value
    }
}

extension Bool: ParameterValue {
    public static var parameterSchema: Schema { .boolean }
    public static var parameterRule: String { "must be true or false" }
    public init?(parameter text: String) { self.init(text) }
}

extension Identifier: ParameterValue {
    public static var parameterSchema: Schema { .uuid }
    public static var parameterRule: String { "must be a UUID" }
    public init?(parameter text: String) { self.init(text) }
}

extension Date: ParameterValue {
    public static var parameterSchema: Schema { .timestamp }
    public static var parameterRule: String { "must be a time like 2024-02-29T12:00:00Z" }
    public init?(parameter text: String) {
        guard let timestamp = Timestamp(text) else { return nil }
        self = timestamp.date
    }
}

extension ParameterValue where Self: CaseIterable & RawRepresentable<String> {
    public static var parameterSchema: Schema { .cases(of: Self.self) }
    public static var parameterRule: String {
        "must be one of \(allCases.map(\.rawValue).joined(separator: ", "))"
    }
    public init?(parameter text: String) { self.init(rawValue: text) }
}

extension Severity: ParameterValue {}
extension FindingStatus: ParameterValue {}
extension EndpointStatus: ParameterValue {}
extension Role: ParameterValue {}
