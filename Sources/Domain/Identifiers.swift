import FoundationEssentials

/// An identifier that cannot be mistaken for another kind's: `Identifier<Tenant>` is not
/// `Identifier<Endpoint>`. On the wire it is a lower-case UUID string.
public struct Identifier<Of>: Hashable, Sendable, Codable, CustomStringConvertible {
    public let uuid: UUID

    public init(_ uuid: UUID) { self.uuid = uuid }

    /// Nil unless `text` is a UUID in its 36-character form.
    public init?(_ text: String) {
        guard let uuid = UUID(uuidString: text) else { return nil }
        self.uuid = uuid
    }

    /// A new UUIDv7 (RFC 9562 section 5.7): sorts by creation time to the millisecond.
    public static func make(at now: Date = Date()) -> Self {
        var generator = SystemRandomNumberGenerator()
        return Self(UUID.version7(milliseconds: UInt64(max(0, now.timeIntervalSince1970 * 1000)), using: &generator))
    }

    public init(from decoder: any Decoder) throws {
        uuid = try UUID(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    public var description: String { uuid.uuidString.lowercased() }
}

public typealias TenantID = Identifier<Tenant>
public typealias UserID = Identifier<User>
public typealias EndpointID = Identifier<Endpoint>
public typealias VulnerabilityID = Identifier<Vulnerability>
public typealias TokenID = Identifier<Token>
public typealias ExceptionID = Identifier<FindingException>
public typealias VEXDocumentID = Identifier<VEXDocument>
public typealias VEXStatementID = Identifier<VEXStatement>
public typealias TaskID = Identifier<BackgroundTask>
public typealias MessageID = Identifier<OutgoingMessage>
public typealias CollisionID = Identifier<IdentityCollision>

/// Tags that give identifiers their type; they have no values.
public enum Endpoint {}
public enum Vulnerability {}
public enum Token {}
public enum BackgroundTask {}
public enum FindingException {}
public enum OutgoingMessage {}
public enum IdentityCollision {}

extension UUID {
    /// RFC 9562 UUIDv7: 48 bits of Unix milliseconds, version, variant and 74 random bits.
    static func version7(milliseconds: UInt64, using generator: inout some RandomNumberGenerator) -> UUID {
        let high = milliseconds << 16 | 0x7000 | generator.next() & 0x0FFF
        let low = 0x8000_0000_0000_0000 | generator.next() & 0x3FFF_FFFF_FFFF_FFFF
        func byte(_ word: UInt64, _ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (56 - index * 8)) }
        return UUID(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3),
                byte(high, 4), byte(high, 5), byte(high, 6), byte(high, 7),
                byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3),
                byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
            ))
    }
}
