/// A vendor's record that could not be understood, kept as it came so that a person can see why and a later version
/// can read it.
public struct QuarantinedRecord: Sendable, Codable, Hashable {
    public var stream: ConnectorStream
    /// The vendor's id, where that much could be read.
    public var sourceID: String?
    /// The field at fault as a path: `cve.base_score`; empty for the record itself.
    public var field: String
    /// What is wrong with the field, continuing "The field …": `must be a number, not a string`.
    public var reason: String
    /// The record as the vendor sent it, cut off at `longestJSON`.
    public var json: String

    /// Bytes of a record that are kept.
    public static let longestJSON = 65_536

    public init(stream: ConnectorStream, sourceID: String?, field: String, reason: String, json: String) {
        self.stream = stream
        self.sourceID = sourceID
        self.field = field
        self.reason = reason
        self.json = json
    }
}
