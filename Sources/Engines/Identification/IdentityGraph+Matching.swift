import Domain
import FoundationEssentials

extension IdentityGraph {
    /// Which endpoints share a strong fact with a device, less those that cannot be it.
    struct StrongMatches {
        var accepted: [EndpointID] = []
        var evidence: [Evidence] = []
    }

    func strongMatches(of device: KnownDevice, except own: EndpointID?) -> StrongMatches {
        var shared: [EndpointID: [IdentityKey]] = [:]
        for key in device.keys where key.kind.isStrong {
            for endpoint in index[key, default: []] where endpoint != own { shared[endpoint, default: []].append(key) }
        }
        var matches = StrongMatches()
        for (endpoint, keys) in shared.sorted(by: { $0.key.description < $1.key.description }) {
            guard !isApart(device.link, endpoint) else { continue }
            let differences = hardwareDifferences(of: device, to: endpoint)
            if !differences.isEmpty {
                matches.evidence += differences
            } else if let copy = rival(of: device, in: endpoint) {
                matches.evidence.append(Evidence(.copied(by: copy), keys[0], endpoint: endpoint))
            } else {
                matches.accepted.append(endpoint)
                let before = predecessor(of: device, in: endpoint)
                matches.evidence += keys.enumerated().map { place, key in
                    Evidence(place == 0 ? before.map { .succeeds($0) } ?? .agrees : .agrees, key, endpoint: endpoint)
                }
            }
        }
        matches.evidence.sort { $0.key.kind < $1.key.kind }
        return matches
    }

    /// The hardware facts in which a device contradicts an endpoint; none when any of them agrees: a new mainboard
    /// keeps the chassis' serial number, and a new chassis the mainboard's UUID.
    func hardwareDifferences(of device: KnownDevice, to endpoint: EndpointID) -> [Evidence] {
        var differences: [Evidence] = []
        for kind in [IdentityKey.Kind.hardware, .serial] {
            guard let mine = device.keys.first(where: { $0.kind == kind }) else { continue }
            let theirs = endpoints[endpoint, default: []].flatMap { $0.keys.filter { $0.kind == kind } }
            if theirs.contains(mine) { return [] }
            guard let other = theirs.first else { continue }
            differences.append(Evidence(.differs(from: other.value), mine, endpoint: endpoint))
        }
        return differences
    }

    /// A device of the same source in the endpoint that is alive beside this one: they are two machines.
    func rival(of device: KnownDevice, in endpoint: EndpointID) -> SourceLink? {
        endpoints[endpoint, default: []].first {
            $0.sighting.isListed(with: device.sighting) && $0.link != device.link
                && !device.sighting.succeeds($0.sighting) && !$0.sighting.succeeds(device.sighting)
        }?.link
    }

    private func predecessor(of device: KnownDevice, in endpoint: EndpointID) -> SourceLink? {
        endpoints[endpoint, default: []].first {
            $0.sighting.isListed(with: device.sighting) && $0.link != device.link
        }?.link
    }

    /// Why endpoints that share facts with one sighting cannot be one machine.
    func collision(among accepted: [EndpointID]) -> Collision? {
        for (place, endpoint) in accepted.enumerated() {
            for other in accepted[(place + 1)...] {
                for device in endpoints[other, default: []] {
                    if rival(of: device, in: endpoint) != nil || isApart(device.link, endpoint)
                        || !hardwareDifferences(of: device, to: endpoint).isEmpty
                    {
                        return .ambiguous(accepted.sorted { $0.description < $1.description })
                    }
                }
            }
        }
        return nil
    }

    /// Of endpoints that cannot be one, the one that has in common with the device what any other has, and more: copies
    /// of a machine share its hardware UUID, but not its name. Nil when none stands out.
    func closest(to device: KnownDevice, among accepted: [EndpointID]) -> EndpointID? {
        let common = accepted.map { endpoint in Set(device.keys.filter { index[$0]?.contains(endpoint) == true }) }
        let standing = common.indices.filter { place in
            common.indices.allSatisfy { $0 == place || common[$0].isStrictSubset(of: common[place]) }
        }
        return standing.first.map { accepted[$0] }
    }

    /// The endpoints that only names and addresses speak for.
    struct WeakMatches {
        var best: (endpoint: EndpointID, confidence: Double, evidence: [Evidence])?
        var suggestions: [Evidence] = []
    }

    func weakMatches(of device: KnownDevice) -> WeakMatches {
        var shared: [EndpointID: [Evidence]] = [:]
        for key in device.keys where key.kind == .name || key.kind == .hostname {
            for endpoint in index[key, default: []] where isPossible(device, endpoint) {
                // A host name says nothing more than the name in its domain that it is part of.
                if shared[endpoint] == nil { shared[endpoint] = [Evidence(.suggests, key, endpoint: endpoint)] }
            }
        }
        for key in device.keys where key.kind == .address {
            for endpoint in index[key, default: []] where isCurrent(key, of: endpoint, at: device.sighting.lastSeen) {
                shared[endpoint]?.append(Evidence(.suggests, key, endpoint: endpoint))
            }
        }
        let likely = shared.compactMap { endpoint, evidence -> (EndpointID, [Evidence], Double)? in
            let isNamed = evidence.contains { $0.key.kind == .name && isAccountName($0.key, device, endpoint) }
            let confidence = max(Self.confidence(of: evidence), isNamed ? Self.accountName : 0)
            return confidence >= Self.threshold ? (endpoint, evidence, confidence) : nil
        }
        var matches = WeakMatches()
        if likely.count == 1, let (endpoint, evidence, confidence) = likely.first {
            let agreements = evidence.map { Evidence(.agrees, $0.key, endpoint: endpoint) }
            matches.best = (endpoint, confidence, agreements)
        } else {
            matches.suggestions = shared.sorted { $0.key.description < $1.key.description }.flatMap(\.value)
        }
        return matches
    }

    /// How sure the name in its domain makes where the domain's own directory says it.
    private static let accountName = 0.85

    /// The one endpoint that has the device's name in its domain, where either is the machine's account there: it is the
    /// machine, too, whatever else is.
    func accountMatch(of device: KnownDevice, except found: [EndpointID]) -> (endpoint: EndpointID, evidence: Evidence)?
    {
        guard let key = device.keys.first(where: { $0.kind == .name }) else { return nil }
        let named = index[key, default: []].filter {
            !found.contains($0) && isPossible(device, $0) && isAccountName(key, device, $0)
        }
        guard named.count == 1, let endpoint = named.first else { return nil }
        return (endpoint, Evidence(.agrees, key, endpoint: endpoint))
    }

    /// Whether one of the two that have a name in its domain is the machine's account there.
    private func isAccountName(_ key: IdentityKey, _ device: KnownDevice, _ endpoint: EndpointID) -> Bool {
        device.sighting.isAccount
            || endpoints[endpoint, default: []].contains { $0.sighting.isAccount && $0.keys.contains(key) }
    }

    /// Names join only what nothing speaks against: another operating system, other hardware, another device of the
    /// same source, alive or not.
    private func isPossible(_ device: KnownDevice, _ endpoint: EndpointID) -> Bool {
        let known = endpoints[endpoint, default: []]
        if let mine = device.sighting.osType, known.contains(where: { $0.sighting.osType.map { $0 != mine } ?? false })
        {
            return false
        }
        return !isApart(device.link, endpoint)
            && !known.contains { $0.sighting.isListed(with: device.sighting) }
            && hardwareDifferences(of: device, to: endpoint).isEmpty
    }

    /// An address is of one machine only for a time.
    private func isCurrent(_ key: IdentityKey, of endpoint: EndpointID, at date: Date) -> Bool {
        endpoints[endpoint, default: []].contains {
            $0.keys.contains(key) && abs($0.sighting.lastSeen.timeIntervalSince(date)) <= DeviceSighting.overlap
        }
    }

    func isApart(_ link: SourceLink, _ endpoint: EndpointID) -> Bool {
        guard let others = apart[link] else { return false }
        return endpoints[endpoint, default: []].contains { others.contains($0.link) }
    }
}
