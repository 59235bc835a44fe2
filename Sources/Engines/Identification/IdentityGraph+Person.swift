import Domain

/// What a person decides, against the evidence if they want; later sightings do not undo it.
extension IdentityGraph {
    /// Takes a device out of its endpoint, for good: it becomes an endpoint of its own.
    ///
    /// - Returns: nil when the device is not known or is all that its endpoint has.
    public mutating func split(
        _ link: SourceLink, newID: () -> EndpointID = { EndpointID.make() }
    ) -> EndpointID? {
        guard let endpoint = owners[link], let devices = endpoints[endpoint], devices.count > 1,
            var device = devices.first(where: { $0.link == link })
        else { return nil }
        for other in devices where other.link != link { separate(link, from: other.link) }
        remove(link)
        device.confidence = 1
        device.evidence = []
        let made = newID()
        insert(device, into: made)
        return made
    }

    /// Makes two endpoints one, whatever speaks against it, and forgets that they were told apart.
    ///
    /// - Returns: the endpoint that remains, the elder of the two; nil when one is not there.
    @discardableResult
    public mutating func join(_ a: EndpointID, _ b: EndpointID) -> EndpointID? {
        guard a != b, endpoints[a] != nil, let moved = endpoints[max(a, b)], endpoints[b] != nil else { return nil }
        let remaining = min(a, b)
        for device in moved {
            for other in endpoints[remaining, default: []] {
                apart[device.link]?.remove(other.link)
                apart[other.link]?.remove(device.link)
            }
        }
        for device in moved {
            remove(device.link)
            insert(device, into: remaining)
        }
        return remaining
    }

    /// Takes in that a person has told two devices apart.
    public mutating func separate(_ a: SourceLink, from b: SourceLink) {
        apart[a, default: []].insert(b)
        apart[b, default: []].insert(a)
    }

    private func min(_ a: EndpointID, _ b: EndpointID) -> EndpointID { a.description < b.description ? a : b }
    private func max(_ a: EndpointID, _ b: EndpointID) -> EndpointID { a.description < b.description ? b : a }
}
