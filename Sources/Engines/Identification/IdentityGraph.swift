import Domain

/// Which devices of which sources are one machine: decides about one sighting after the other.
///
/// Strong facts (hardware UUID, serial number, Entra device id, machine id, MAC address) identify a machine; weak ones
/// (name in its domain, host name, IP address) have to agree with each other. A contradiction in the hardware outweighs any
/// agreement. The result does not depend on the order of the sightings, as long as none is in quarantine.
///
/// A value: the caller loads the endpoints that share a fact with what it is about to resolve, and writes what came out.
public struct IdentityGraph: Sendable {
    /// Below it, machines are told apart and their likeness is only suggested.
    public static let threshold = 0.8

    var endpoints: [EndpointID: [KnownDevice]] = [:]
    var owners: [SourceLink: EndpointID] = [:]
    var index: [IdentityKey: Set<EndpointID>] = [:]
    /// Which devices a person has told apart from which endpoints, so that no evidence joins them again.
    var apart: [SourceLink: Set<SourceLink>] = [:]

    public init() {}

    /// The devices that are one machine, in the order of their links; empty for an endpoint that is not there.
    public func devices(of endpoint: EndpointID) -> [KnownDevice] {
        endpoints[endpoint, default: []].sorted { $0.link < $1.link }
    }

    /// The endpoint of a source's device.
    public func endpoint(of link: SourceLink) -> EndpointID? { owners[link] }

    public var endpointCount: Int { endpoints.count }

    /// Takes in what is known already.
    public mutating func insert(_ device: KnownDevice, into endpoint: EndpointID) {
        endpoints[endpoint, default: []].append(device)
        owners[device.link] = endpoint
        for key in device.keys { index[key, default: []].insert(endpoint) }
    }

    /// Decides which machine a sighting is of, and remembers it.
    ///
    /// - Parameter newID: called once when the machine is a new one.
    public mutating func resolve(
        _ sighting: DeviceSighting, newID: () -> EndpointID = { EndpointID.make() }
    ) -> Resolution {
        resolve(KnownDevice(sighting: sighting), newID: newID)
    }

    /// The same of a device whose facts were brought to one notation already.
    public mutating func resolve(
        _ device: KnownDevice, newID: () -> EndpointID = { EndpointID.make() }
    ) -> Resolution {
        if let endpoint = owners[device.link] { return refresh(device, of: endpoint) }
        var matches = strongMatches(of: device, except: nil)
        if let collision = collision(among: matches.accepted) {
            guard let closest = closest(to: device, among: matches.accepted) else {
                return Resolution(outcome: .quarantined(collision), confidence: 0, evidence: matches.evidence)
            }
            matches.accepted = [closest]
        }
        if !matches.accepted.isEmpty, let account = accountMatch(of: device, except: matches.accepted),
            collision(among: matches.accepted + [account.endpoint]) == nil
        {
            matches.accepted.append(account.endpoint)
            matches.evidence.append(account.evidence)
        }
        if !matches.accepted.isEmpty { return join(device, matches.accepted, evidence: matches.evidence) }
        let likely = weakMatches(of: device)
        if let best = likely.best {
            add(device, to: best.endpoint, confidence: best.confidence, evidence: best.evidence)
            return Resolution(
                outcome: .linked(best.endpoint), confidence: best.confidence, evidence: best.evidence + matches.evidence
            )
        }
        let endpoint = newID()
        insert(device, into: endpoint)
        return Resolution(outcome: .created(endpoint), evidence: matches.evidence + likely.suggestions)
    }

    /// A device that is known has been seen again.
    private mutating func refresh(_ device: KnownDevice, of endpoint: EndpointID) -> Resolution {
        let differences = hardwareDifferences(of: device, to: endpoint)
        if !differences.isEmpty {
            return Resolution(outcome: .quarantined(.takeover(of: endpoint)), confidence: 0, evidence: differences)
        }
        let before = endpoints[endpoint, default: []].first { $0.link == device.link }
        var updated = device
        updated.confidence = before?.confidence ?? 1
        updated.evidence = before?.evidence ?? []
        remove(device.link)
        insert(updated, into: endpoint)
        // What it newly tells of itself can show that it is a machine which others know.
        var matches = strongMatches(of: device, except: endpoint)
        if let account = accountMatch(of: device, except: matches.accepted + [endpoint]),
            collision(among: matches.accepted + [endpoint, account.endpoint]) == nil
        {
            matches.accepted.append(account.endpoint)
            matches.evidence.append(account.evidence)
        }
        let accepted = matches.accepted
        guard !accepted.isEmpty, collision(among: accepted + [endpoint]) == nil else {
            return Resolution(outcome: .known(endpoint), confidence: updated.confidence, evidence: updated.evidence)
        }
        return merge(accepted + [endpoint], evidence: matches.evidence)
    }

    private mutating func join(
        _ device: KnownDevice, _ accepted: [EndpointID], evidence: [Evidence]
    ) -> Resolution {
        let confidence = Self.confidence(of: evidence.filter { accepted.contains($0.endpoint) })
        guard accepted.count > 1 else {
            add(device, to: accepted[0], confidence: confidence, evidence: evidence)
            return Resolution(outcome: .linked(accepted[0]), confidence: confidence, evidence: evidence)
        }
        let merged = merge(accepted, evidence: evidence)
        if let endpoint = merged.endpoint { add(device, to: endpoint, confidence: confidence, evidence: evidence) }
        return merged
    }

    mutating func add(_ device: KnownDevice, to endpoint: EndpointID, confidence: Double, evidence: [Evidence]) {
        var device = device
        device.confidence = confidence
        device.evidence = evidence
        insert(device, into: endpoint)
    }

    /// All become part of the eldest: ids sort by the time of their making.
    private mutating func merge(_ parts: [EndpointID], evidence: [Evidence]) -> Resolution {
        let sorted = parts.sorted { $0.description < $1.description }
        for part in sorted.dropFirst() {
            for device in endpoints[part, default: []] {
                remove(device.link)
                insert(device, into: sorted[0])
            }
        }
        return Resolution(
            outcome: .merged(sorted[0], others: Array(sorted.dropFirst())), confidence: Self.confidence(of: evidence),
            evidence: evidence)
    }

    mutating func remove(_ link: SourceLink) {
        guard let endpoint = owners.removeValue(forKey: link),
            let place = endpoints[endpoint]?.firstIndex(where: { $0.link == link }),
            let device = endpoints[endpoint]?.remove(at: place)
        else { return }
        let rest = endpoints[endpoint, default: []]
        if rest.isEmpty { endpoints[endpoint] = nil }
        for key in device.keys where !rest.contains(where: { $0.keys.contains(key) }) {
            index[key]?.remove(endpoint)
            if index[key]?.isEmpty == true { index[key] = nil }
        }
    }

    /// `1 − Π(1 − w)` over the facts that agree, one of each kind: three MAC addresses are one network card's worth.
    static func confidence(of evidence: [Evidence]) -> Double {
        var kinds: Set<IdentityKey.Kind> = []
        var doubt = 1.0
        for item in evidence where kinds.insert(item.key.kind).inserted {
            switch item.kind {
            case .agrees, .succeeds, .suggests: doubt *= 1 - item.key.kind.weight
            case .differs, .copied: continue
            }
        }
        return 1 - doubt
    }
}
