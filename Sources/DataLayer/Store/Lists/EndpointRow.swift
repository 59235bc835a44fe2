import Domain
import FoundationEssentials
import Postgres

/// A row of the list of endpoints whose text is still where the database put it: for whoever writes
/// long lists on, without making a string of each value.
public struct EndpointRow: Sendable {
    /// Columns of text; the raw value is the place among `Summary.columns`.
    public enum Text: Int, Sendable {
        case hostname = 1
        case osType, osName, osVersion, ipAddress, status
        case worstSeverity = 9
    }

    public let id: EndpointID
    public let riskScore: Double
    public let openFindings: Int
    public let lastSeen: Date?
    public let scannedAt: Date?
    private let row: Row

    init(_ row: Row) throws {
        self.row = row
        id = try row.decode(0)
        riskScore = try row.decode(7)
        openFindings = try row.decode(8)
        lastSeen = try row.decode(10)
        scannedAt = try row.decode(11)
    }

    /// A column's UTF-8, valid inside `body` only; nil for NULL.
    public func withText(_ column: Text, _ body: (UnsafeRawBufferPointer?) -> Void) {
        withExtendedLifetime(row.rows) { body(row.rows.rawBytes(row.index, column.rawValue)) }
    }
}
