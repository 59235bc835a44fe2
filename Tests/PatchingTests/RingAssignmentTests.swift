import Domain
import Foundation
import Patching
import Testing
import TestRandomness

@Suite("Which endpoint is in which ring")
struct RingAssignmentTests {
    private static let deployment = DeploymentID.make()
    private let staged = DeploymentPlan(
        strategy: .staged,
        rings: [
            DeploymentRing(name: "Canary", tags: ["canary"]), DeploymentRing(name: "Early", percent: 1),
            DeploymentRing(name: "Offices", groups: ["berlin", "paris"]), DeploymentRing(name: "Broad", percent: 33.33),
            DeploymentRing(name: "Rest"),
        ])

    private func members(_ count: Int, _ generator: inout SeededRandom) -> [RingAssignment.Member] {
        (0..<count).map { _ in
            let tags = Int.random(in: 0..<20, using: &generator) == 0 ? ["canary", "x"] : ["x"]
            let groups = Int.random(in: 0..<5, using: &generator) == 0 ? ["berlin"] : ["rome"]
            return .init(.make(), tags: tags, groups: groups)
        }
    }

    @Test("every endpoint is in one ring, percentages are exact to one endpoint", arguments: 0..<20)
    func exact(seed: Int) {
        var generator = SeededRandom(seed: UInt64(seed))
        let members = members(Int.random(in: 0...700, using: &generator), &generator)
        let rings = RingAssignment(members, plan: staged, deployment: Self.deployment).rings
        #expect(rings.count == members.count && rings.allSatisfy((0..<5).contains))
        var free = 0
        for (member, ring) in zip(members, rings) {
            if member.tags.contains("canary") {
                #expect(ring == 0)
            } else if member.groups.contains("berlin") {
                #expect(ring == 2)
            } else {
                free += 1
            }
        }
        for (ring, percent) in [(1, 1.0), (3, 33.33), (4, 65.67)] {
            #expect(abs(Double(rings.count { $0 == ring }) - Double(free) * percent / 100) < 1)
        }
        // A canary ring is never empty for want of a whole number.
        if free > 0 { #expect(rings.contains(1)) }
    }

    @Test("it is the same in whatever order they come, and another for another deployment")
    func deterministic() {
        var generator = SeededRandom(seed: 1)
        let members = members(500, &generator)
        func rings(_ members: [RingAssignment.Member], _ deployment: DeploymentID) -> [EndpointID: Int] {
            Dictionary(
                uniqueKeysWithValues: zip(
                    members.map(\.id), RingAssignment(members, plan: staged, deployment: deployment).rings))
        }
        let first = rings(members, Self.deployment)
        #expect(rings(members.shuffled(using: &generator), Self.deployment) == first)
        let other = rings(members, .make())
        #expect(other != first)
        let fixed = (0..<8).map { index in
            RingAssignment.Member(
                EndpointID(UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, UInt8(index)))))
        }
        let plan = DeploymentPlan(
            strategy: .staged, rings: [.init(name: "a", percent: 25), .init(name: "b", percent: 75)])
        let known = DeploymentID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)))
        // Written down: a release that changed it would change deployments that are under way.
        #expect(RingAssignment(fixed, plan: plan, deployment: known).rings == [0, 1, 1, 1, 1, 1, 1, 0])
    }

    @Test("a plan without rings is one ring; endpoints have the schedule of their group, or the one of the others")
    func schedules() {
        let plan = DeploymentPlan(
            strategy: .scheduled,
            schedules: [
                .init(groups: ["berlin"], timeZone: "Europe/Berlin", windows: []),
                .init(timeZone: "UTC", windows: []),
            ])
        let members = [
            RingAssignment.Member(.make(), groups: ["rome", "berlin"]), .init(.make(), groups: ["rome"]),
            .init(.make()),
        ]
        let assignment = RingAssignment(members, plan: plan, deployment: Self.deployment)
        #expect(assignment.schedules == [0, 1, 1] && assignment.rings == [0, 0, 0])
        #expect(RingAssignment(members, plan: .init(), deployment: Self.deployment).schedules == [nil, nil, nil])
    }

    @Test("100,000 endpoints are shared out")
    func large() {
        var generator = SeededRandom(seed: 2)
        let members = members(100_000, &generator)
        let rings = RingAssignment(members, plan: staged, deployment: Self.deployment).rings
        #expect(Set(rings) == [0, 1, 2, 3, 4])
    }
}
