import Domain
import FoundationEssentials
import Identification
import Postgres

/// Something that was decided about which devices are which endpoint.
public struct IdentityEvent: Sendable, Identifiable {
    public typealias ID = Identifier<IdentityEvent>

    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A device was found to be of an endpoint that was known through others.
        case linked
        /// Two endpoints turned out to be one.
        case merged
        /// A person took a device out of its endpoint.
        case split
        /// A person put a device into an endpoint.
        case joined
        /// A person took a merge back.
        case undone
        /// A report contradicts what is known.
        case quarantined
        /// A collision was decided.
        case resolved
        /// Its source does not list a device any more.
        case ended
        /// Its source lists it again.
        case returned
        case created
    }

    public let id: ID
    public let at: Date
    public let kind: Kind
    /// Of a merge the one that remains.
    public let endpoint: EndpointID?
    /// The endpoint that became part of it, or was made out of it.
    public let other: EndpointID?
    /// The device whose report led to it.
    public let connector: ConnectorID?
    public let deviceID: String?
    public let confidence: Double?
    public let evidence: [EvidenceItem]
    /// Who decided; empty for the evidence alone.
    public let actor: String
    public let reason: String
    public let undoneAt: Date?

    /// A merge that nobody has taken back.
    public var canBeUndone: Bool { kind == .merged && undoneAt == nil }

    static let columns = """
        id, at, kind, endpoint_id, other_endpoint_id, connector_id, device_id, confidence, evidence, actor, reason,
        undone_at
        """

    init(_ row: Row) throws {
        id = try row.decode(0)
        at = try row.decode(1)
        kind = Kind(rawValue: try row.decode(2)) ?? .created
        endpoint = try row.decode(3)
        other = try row.decode(4)
        connector = try row.decode(5)
        deviceID = try row.decode(6)
        confidence = try row.decode(7)
        evidence = try EvidenceItem.read(try row.decode(8))
        actor = try row.decode(9)
        reason = try row.decode(10)
        undoneAt = try row.decode(11)
    }
}

extension IdentityEvent {
    /// One to be written.
    struct New {
        let id: ID
        let kind: Kind
        let endpoint: EndpointID?
        var other: EndpointID?
        var link: SourceLink?
        var confidence: Double?
        /// JSON.
        var evidence: String
        var actor: String
        var reason: String

        init(
            _ kind: Kind, _ endpoint: EndpointID?, other: EndpointID? = nil, link: SourceLink? = nil,
            confidence: Double? = nil, evidence: String = "[]", actor: String = "", reason: String = ""
        ) {
            id = .make()
            self.kind = kind
            self.endpoint = endpoint
            self.other = other
            self.link = link
            self.confidence = confidence
            self.evidence = evidence
            self.actor = actor
            self.reason = reason
        }
    }

    static func insertion(_ events: [New], tenant: TenantID) -> [Statement] {
        guard !events.isEmpty else { return [] }
        return [
            Statement(
                """
                INSERT INTO identity_events
                  (tenant_id, id, kind, endpoint_id, other_endpoint_id, connector_id, device_id, confidence, evidence,
                   actor, reason)
                SELECT $1, u.id, u.kind, u.endpoint_id, u.other_id, u.connector_id, u.device_id, u.confidence,
                  u.evidence::jsonb, u.actor, u.reason
                FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::float8[],
                    $9::text[], $10::text[], $11::text[])
                  AS u (id, kind, endpoint_id, other_id, connector_id, device_id, confidence, evidence, actor, reason)
                """,
                [
                    .id(tenant), .uuidArray(events.map(\.id.uuid)), .textArray(events.map(\.kind.rawValue)),
                    .uuidArray(events.map { $0.endpoint?.uuid }), .uuidArray(events.map { $0.other?.uuid }),
                    .uuidArray(events.map { $0.link.flatMap { UUID(uuidString: $0.source) } }),
                    .textArray(events.map { $0.link?.deviceID }), .float8Array(events.map(\.confidence)),
                    .textArray(events.map(\.evidence)), .textArray(events.map(\.actor)),
                    .textArray(events.map(\.reason)),
                ])
        ]
    }
}
