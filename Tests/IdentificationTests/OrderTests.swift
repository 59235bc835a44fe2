import Domain
import Foundation
import Identification
import Testing
import TestRandomness

@Suite("The order of the sightings does not matter")
struct OrderTests {
    /// Machines with all their facts, of which each source that knows a machine tells some; every one tells at least
    /// one that another tells, so that all sightings of a machine hang together.
    private func fleet(_ machines: Int, using generator: inout SeededRandom) -> [(machine: Int, DeviceSighting)] {
        var sightings: [(machine: Int, DeviceSighting)] = []
        for machine in 0..<machines {
            let sources = ["falcon", "defender", "intune", "sophos"].shuffled(using: &generator)
                .prefix(Int.random(in: 1...4, using: &generator))
            // Each shares one fact with the one before.
            var shared = Int.random(in: 0..<4, using: &generator)
            for source in sources {
                let other = Int.random(in: 0..<4, using: &generator)
                let told: Set = [shared, other]
                shared = other
                sightings.append(
                    (
                        machine,
                        device(
                            source, "\(source)-\(machine)", host: "host-\(machine % 5)",
                            serial: told.contains(0) ? Hardware.serial(machine) : nil,
                            uuid: told.contains(1) ? Hardware.uuid(machine) : nil,
                            entra: told.contains(2) ? Hardware.entra(machine) : nil,
                            macs: told.contains(3) ? [Hardware.mac(machine)] : [])
                    ))
            }
        }
        return sightings
    }

    @Test("any order gives the machines that there are", arguments: 0..<50)
    func anyOrder(seed: Int) throws {
        var generator = SeededRandom(seed: UInt64(seed))
        let sightings = fleet(40, using: &generator)
        for _ in 0..<4 {
            var graph = IdentityGraph()
            for (_, sighting) in sightings.shuffled(using: &generator) {
                let result = graph.resolve(sighting)
                #expect(result.endpoint != nil)
            }
            #expect(graph.endpointCount == 40)
            let byEndpoint = Dictionary(grouping: sightings) { graph.endpoint(of: $0.1.link) }
            #expect(byEndpoint.values.allSatisfy { Set($0.map(\.machine)).count == 1 })
        }
    }

    @Test("seeing everything again changes nothing", arguments: 0..<20)
    func again(seed: Int) {
        var generator = SeededRandom(seed: UInt64(seed) + 1_000)
        let sightings = fleet(20, using: &generator)
        var graph = IdentityGraph()
        for (_, sighting) in sightings { _ = graph.resolve(sighting) }
        let before = sightings.map { graph.endpoint(of: $0.1.link) }
        for (_, sighting) in sightings.shuffled(using: &generator) {
            let result = graph.resolve(sighting)
            #expect(result.outcome == graph.endpoint(of: sighting.link).map { .known($0) })
        }
        #expect(before == sightings.map { graph.endpoint(of: $0.1.link) })
    }
}
