import Domain
import Identification

/// What became of a batch of one source's devices.
struct IdentityDecisions {
    /// One device of the batch.
    struct Item {
        let device: KnownDevice
        let resolution: Resolution
        /// As it was stored; nil for a new one.
        let stored: StoredLink?
        /// Its facts as they were stored, where it was an endpoint's.
        let before: KnownDevice?
        /// The endpoint that it is of when all of the batch is decided; nil in quarantine without one.
        let endpoint: EndpointID?

        /// Its report contradicts what is known, and changes nothing.
        var collision: Collision? {
            if case .quarantined(let collision) = resolution.outcome { collision } else { nil }
        }
    }

    /// An endpoint that turned out to be part of another.
    struct Merge {
        let survivor: EndpointID
        let other: EndpointID
        let resolution: Resolution
        /// The device whose report showed it.
        let link: SourceLink
    }

    /// In the order of the batch.
    let items: [Item]
    /// Endpoints that are new, and are not merged into others.
    let created: Set<EndpointID>
    /// Of endpoints that are stored, in the order in which they are to be merged.
    let merges: [Merge]

    init(
        _ devices: [KnownDevice], graph: IdentityGraph, stored: [String: StoredLink],
        known: [SourceLink: KnownDevice]
    ) {
        var graph = graph
        var created: Set<EndpointID> = []
        var merges: [Merge] = []
        // What the batch itself made and merged is not stored: nothing has to be moved.
        var passed: [EndpointID: EndpointID] = [:]
        var resolutions: [Resolution] = []
        resolutions.reserveCapacity(devices.count)
        for device in devices {
            let resolution = graph.resolve(device)
            resolutions.append(resolution)
            switch resolution.outcome {
            case .created(let endpoint): created.insert(endpoint)
            case .merged(let survivor, let others):
                for other in others {
                    if created.remove(other) != nil {
                        passed[other] = survivor
                    } else {
                        merges.append(
                            Merge(survivor: survivor, other: other, resolution: resolution, link: device.link))
                    }
                }
            case .known, .linked, .quarantined: continue
            }
        }
        items = zip(devices, resolutions).map { device, resolution in
            Item(
                device: device, resolution: resolution, stored: stored[device.link.deviceID],
                before: known[device.link], endpoint: graph.endpoint(of: device.link))
        }
        self.created = created
        self.merges = merges.map { merge in
            var survivor = merge.survivor
            while let next = passed[survivor] { survivor = next }
            return Merge(survivor: survivor, other: merge.other, resolution: merge.resolution, link: merge.link)
        }
    }
}
