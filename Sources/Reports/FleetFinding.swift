import Domain
import FoundationEssentials

/// A finding on one of many endpoints, as reports over a whole tenant take it.
package struct FleetFinding: Sendable {
    package let finding: Finding
    package let endpoint: EndpointID
    package let hostname: String
    package let status: FindingStatus
    /// Why it does not count, where it does not.
    package let analysis: FindingAnalysis?
    /// Findings of one vulnerability and one set differ in the endpoint alone.
    package let set: UUID

    package init(
        _ finding: Finding, endpoint: EndpointID, hostname: String, status: FindingStatus = .open,
        analysis: FindingAnalysis? = nil, set: UUID
    ) {
        self.finding = finding
        self.endpoint = endpoint
        self.hostname = hostname
        self.status = status
        self.analysis = analysis
        self.set = set
    }

    /// Whether nothing but the endpoint tells it from another.
    func isSame(as other: FleetFinding) -> Bool { set == other.set && finding.id == other.finding.id }
}

/// A report that is written while its findings are read. It keeps what the fleet consists of (endpoints,
/// package versions, vulnerabilities), not the findings themselves. Findings of one vulnerability come together.
package protocol FleetReport: Sendable {
    /// What stands before the first finding.
    mutating func start() throws -> [UInt8]
    /// What one more finding adds; empty where it is written with a later one.
    mutating func add(_ finding: FleetFinding) throws -> [UInt8]
    /// What stands behind the last one.
    mutating func end() throws -> [UInt8]
}

/// The elements of a JSON array, one after the other.
struct JSONElements: Sendable {
    private let encoder: JSONEncoder
    private(set) var count = 0

    init() {
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    /// The element with what separates it from the one before.
    mutating func next(_ element: some Encodable) throws -> [UInt8] {
        count += 1
        return (count == 1 ? [] : [UInt8(ascii: ","), UInt8(ascii: "\n")]) + Array(try encoder.encode(element))
    }

    /// A value by itself.
    func text(_ value: some Encodable) throws -> String { String(decoding: try encoder.encode(value), as: UTF8.self) }
}
