import Domain
import FoundationEssentials

/// Which endpoint is in which ring. The same for the same deployment, plan and endpoints, in whatever order they come.
///
/// Rings with tags or groups take theirs first, in their order. The others share what is left, in an order that a hash of
/// deployment and endpoint gives, so that the canaries of one deployment are not those of all; where a share is not a whole
/// number the earlier ring gets one endpoint more, so that no ring that should have somebody is empty.
public struct RingAssignment: Sendable, Hashable {
    /// What is known of an endpoint for this.
    public struct Member: Sendable, Hashable {
        public let id: EndpointID
        public let tags: [String]
        public let groups: [String]

        public init(_ id: EndpointID, tags: [String] = [], groups: [String] = []) {
            self.id = id
            self.tags = tags
            self.groups = groups
        }
    }

    /// The ring of each member, in the members' order.
    public let rings: [Int]
    /// The schedule of each member; nil where it has none.
    public let schedules: [Int?]

    /// - Parameter members: each endpoint once.
    public init(_ members: [Member], plan: DeploymentPlan, deployment: DeploymentID) {
        let byGroup = Self.schedules(of: plan)
        schedules = members.map { member in
            member.groups.compactMap { byGroup.named[$0] }.min() ?? byGroup.rest
        }
        var rings = [Int](repeating: 0, count: members.count)
        var unnamed: [Int] = []
        let named = NamedRings(plan.rings)
        for (index, member) in members.enumerated() {
            if let ring = named.ring(of: member) { rings[index] = ring } else { unnamed.append(index) }
        }
        let order = Self.shuffled(unnamed, members, deployment)
        var start = 0
        for (ring, end) in Self.shares(plan.rings, of: order.count) {
            for index in order[start..<end] { rings[index] = ring }
            start = end
        }
        self.rings = rings
    }

    /// Rings that share what no other takes, with where each ends in the order.
    static func shares(_ rings: [DeploymentRing], of count: Int) -> [(ring: Int, end: Int)] {
        guard !rings.isEmpty else { return [(0, count)] }
        var hundredths = 0
        var end = 0
        var shares: [(ring: Int, end: Int)] = []
        for (index, ring) in rings.enumerated() where ring.percent != nil {
            hundredths = min(10_000, hundredths + Int(((ring.percent ?? 0) * 100).rounded()))
            // Up, but to the last: 1 % of 30 is one.
            end = (count * hundredths + 9999) / 10_000
            shares.append((index, end))
        }
        // All that is left, whatever the plan forgot.
        let rest = rings.firstIndex(where: \.takesRest) ?? shares.last?.ring ?? rings.count - 1
        if end < count { shares.append((rest, count)) }
        return shares
    }

    private static func schedules(of plan: DeploymentPlan) -> (named: [String: Int], rest: Int?) {
        var named: [String: Int] = [:]
        for (index, schedule) in plan.schedules.enumerated() {
            for group in schedule.groups where named[group] == nil { named[group] = index }
        }
        return (named, plan.schedules.firstIndex { $0.groups.isEmpty })
    }

    /// In the order of their hashes, in time that grows with their number alone: hashes are spread evenly, so a bucket for
    /// each holds few.
    private static func shuffled(_ indices: [Int], _ members: [Member], _ deployment: DeploymentID) -> [Int] {
        guard indices.count > 1 else { return indices }
        let bits = UInt64.bitWidth - indices.count.leadingZeroBitCount
        var buckets = [[(key: UInt64, index: Int)]](repeating: [], count: 1 << bits)
        for index in indices {
            let key = StableHash.of(deployment.uuid, members[index].id.uuid)
            buckets[Int(key >> (64 - UInt64(bits)))].append((key, index))
        }
        var order: [Int] = []
        order.reserveCapacity(indices.count)
        for bucket in buckets where !bucket.isEmpty {
            let sorted = bucket.sorted { left, right in
                left.key != right.key
                    ? left.key < right.key
                    : members[left.index].id.description < members[right.index].id.description
            }
            order += sorted.map(\.index)
        }
        return order
    }
}

/// Rings that take endpoints by tag or group.
private struct NamedRings {
    private var tags: [String: Int] = [:]
    private var groups: [String: Int] = [:]

    init(_ rings: [DeploymentRing]) {
        for (index, ring) in rings.enumerated() {
            for tag in ring.tags where tags[tag] == nil { tags[tag] = index }
            for group in ring.groups where groups[group] == nil { groups[group] = index }
        }
    }

    /// The first that takes it.
    func ring(of member: RingAssignment.Member) -> Int? {
        let byTag = member.tags.lazy.compactMap { tags[$0] }.min()
        let byGroup = member.groups.lazy.compactMap { groups[$0] }.min()
        return [byTag, byGroup].compactMap { $0 }.min()
    }
}

/// A hash that is the same in every process and release. It is no secret and withstands no enemy.
enum StableHash {
    static func of(_ left: UUID, _ right: UUID) -> UInt64 {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        for uuid in [left, right] {
            withUnsafeBytes(of: uuid.uuid) { bytes in
                for half in stride(from: 0, to: 16, by: 8) {
                    state = mixed(state ^ UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: half, as: UInt64.self)))
                }
            }
        }
        return state
    }

    /// The finaliser of SplitMix64.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var word = value &+ 0x9E37_79B9_7F4A_7C15
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
