import Domain
import FoundationEssentials

/// One source's device and the endpoint that it is part of.
public struct KnownDevice: Sendable, Hashable {
    public internal(set) var sighting: DeviceSighting
    /// Its facts, in the notation that all sources' values are brought to.
    public internal(set) var keys: [IdentityKey]
    /// How sure the link is, 0…1.
    public internal(set) var confidence: Double
    public internal(set) var evidence: [Evidence]

    public init(sighting: DeviceSighting, confidence: Double = 1, evidence: [Evidence] = []) {
        self.sighting = sighting
        keys = sighting.keys
        self.confidence = confidence
        self.evidence = evidence
    }

    public var link: SourceLink { sighting.link }
}

extension DeviceSighting {
    /// Whether both are of what lists each machine once at a time: the same part of one source. What a source does not
    /// tell apart is the same.
    func isListed(with other: DeviceSighting) -> Bool {
        guard source == other.source else { return false }
        guard let product, let theirs = other.product else { return true }
        return product == theirs
    }

    /// Reports may come late and clocks may be off by so much; devices of one source that were both heard of within
    /// it are alive at the same time.
    static let overlap: TimeInterval = 24 * 3600

    /// Whether the device was set up after the other had fallen silent.
    func succeeds(_ other: DeviceSighting) -> Bool {
        if let firstSeen { return firstSeen.timeIntervalSince(other.lastSeen) > -3600 }
        return lastSeen.timeIntervalSince(other.lastSeen) > Self.overlap
    }
}
