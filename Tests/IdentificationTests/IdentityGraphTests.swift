import Domain
import Foundation
import Identification
import Testing

@Suite("One endpoint whatever the number of sources")
struct IdentityGraphTests {
    var graph = IdentityGraph()

    @Test("a device seen by four EDRs is one endpoint")
    mutating func fourSources() {
        let results = graph.see(
            device(
                "falcon", "f1", host: "WS-7", domain: "corp.example", serial: Hardware.serial(7),
                macs: [Hardware.mac(7)]),
            device("defender", "d1", host: "ws-7.corp.example", entra: Hardware.entra(7), macs: [Hardware.mac(7)]),
            device("intune", "i1", host: "WS-7", serial: Hardware.serial(7), entra: Hardware.entra(7)),
            device("sophos", "s1", host: "WS-7", macs: ["3c-52-82-00-00-07"]))
        #expect(graph.endpointCount == 1)
        #expect(results.allSatisfy { $0.endpoint == results[0].endpoint })
        #expect(results[2].confidence > 0.99)
        #expect(results[2].evidence.map(\.sentence).contains("Both have the serial number PF000007X."))
    }

    @Test("a sighting that shows two endpoints to be one merges them into the elder, and says why")
    mutating func bridge() throws {
        let results = graph.see(
            device("falcon", "f1", serial: Hardware.serial(1)), device("defender", "d1", entra: Hardware.entra(1)),
            device("intune", "i1", serial: Hardware.serial(1), entra: Hardware.entra(1)))
        let elder = try #require(results[0].endpoint)
        let other = try #require(results[1].endpoint)
        #expect(results[2].outcome == .merged(elder, others: [other]))
        #expect(graph.devices(of: elder).map(\.sighting.source) == ["defender", "falcon", "intune"])
        #expect(graph.devices(of: other).isEmpty)
        #expect(Set(results[2].evidence.map(\.key.kind)) == [.serial, .directory])
    }

    @Test("a device that later tells its serial number is recognised then")
    mutating func laterKnowledge() throws {
        let results = graph.see(
            device("sophos", "s1", host: "ws-1"), device("falcon", "f1", serial: Hardware.serial(1)),
            device("sophos", "s1", host: "ws-1", serial: Hardware.serial(1)))
        #expect(graph.endpointCount == 1)
        guard case .merged = results[2].outcome else {
            Issue.record("\(results[2].outcome)")
            return
        }
    }

    @Test("a renamed machine stays itself")
    mutating func renamed() {
        let results = graph.see(
            device("falcon", "f1", host: "old", serial: Hardware.serial(1)),
            device("falcon", "f1", host: "new", serial: Hardware.serial(1)),
            device("defender", "d1", host: "new", macs: [Hardware.mac(1)]))
        #expect(results[1].outcome == results[0].endpoint.map { .known($0) })
        #expect(graph.endpointCount == 2, "a host name alone is no identity")
    }

    @Test("a re-imaged machine that its source enrols anew is the same endpoint")
    mutating func reimaged() {
        let results = graph.see(
            device(
                "falcon", "old", host: "ws-1", serial: Hardware.serial(1), machine: "11111111111111112", first: 1,
                last: 10),
            device(
                "falcon", "new", host: "ws-1", serial: Hardware.serial(1), machine: "22222222222222223", first: 11,
                last: 20))
        #expect(graph.endpointCount == 1)
        #expect(results[1].evidence.first?.kind == .succeeds(SourceLink(source: "falcon", deviceID: "old")))
    }

    @Test("the two enrolments of a re-imaged machine may come in either order")
    mutating func reimagedReversed() {
        _ = graph.see(
            device("falcon", "new", serial: Hardware.serial(1), first: 11, last: 20),
            device("falcon", "old", serial: Hardware.serial(1), first: 1, last: 10))
        #expect(graph.endpointCount == 1)
    }

    @Test("two products of one source that each list a machine know one machine, and neither follows the other")
    mutating func products() {
        var defender = device("microsoft", "d", host: "ws-1", entra: Hardware.entra(1), first: 1, last: 20)
        var intune = device("microsoft", "i", host: "WS-1", entra: Hardware.entra(1), first: 2, last: 20)
        (defender.product, intune.product) = ("defender", "intune")
        let results = graph.see(defender, intune)
        #expect(graph.endpointCount == 1)
        #expect(results[1].evidence.map(\.kind) == [.agrees])
        var copy = device("microsoft", "d2", host: "ws-1", entra: Hardware.entra(1), first: 1, last: 20)
        copy.product = "defender"
        _ = graph.see(copy)
        #expect(graph.endpointCount == 2)
    }

    @Test("clones that share a hardware UUID and live side by side are two endpoints, and it is said")
    mutating func clones() {
        let results = graph.see(
            device("falcon", "a", host: "vm-a", uuid: Hardware.uuid(1), first: 1, last: 20),
            device("falcon", "b", host: "vm-b", uuid: Hardware.uuid(1), first: 1, last: 20))
        #expect(graph.endpointCount == 2)
        #expect(results[1].evidence.map(\.kind) == [.copied(by: SourceLink(source: "falcon", deviceID: "a"))])
    }

    @Test("another source's view of a clone goes to the clone of that name; without one it is put aside")
    mutating func viewOfClone() {
        let results = graph.see(
            device("falcon", "a", host: "vm-a", domain: "corp.example", uuid: Hardware.uuid(1), last: 20),
            device("falcon", "b", host: "vm-b", domain: "corp.example", uuid: Hardware.uuid(1), last: 20),
            device("defender", "d", host: "vm-b", domain: "corp.example", uuid: Hardware.uuid(1), last: 20),
            device("sophos", "s", uuid: Hardware.uuid(1), last: 20))
        #expect(results[2].outcome == results[1].endpoint.map { .linked($0) })
        guard case .quarantined(.ambiguous(let endpoints)) = results[3].outcome else {
            Issue.record("\(results[3].outcome)")
            return
        }
        #expect(endpoints.count == 2)
        #expect(results[3].endpoint == nil)
    }

    @Test("two machines with one host name are two, whatever their source")
    mutating func sameName() {
        _ = graph.see(
            device("falcon", "a", host: "laptop", domain: "corp.example", serial: Hardware.serial(1)),
            device("falcon", "b", host: "laptop", domain: "corp.example", serial: Hardware.serial(2)),
            device("defender", "c", host: "laptop", domain: "corp.example", serial: Hardware.serial(3)))
        #expect(graph.endpointCount == 3)
    }

    @Test("a dock's address joins no machines whose hardware differs")
    mutating func dock() {
        let results = graph.see(
            device("falcon", "a", serial: Hardware.serial(1), macs: [Hardware.mac(9)]),
            device("defender", "b", serial: Hardware.serial(2), macs: [Hardware.mac(9)]))
        #expect(graph.endpointCount == 2)
        #expect(results[1].evidence.map(\.kind) == [.differs(from: "PF000001X")])
    }

    @Test("a new mainboard in a known chassis is the same machine")
    mutating func mainboard() {
        _ = graph.see(
            device("falcon", "a", serial: Hardware.serial(1), uuid: Hardware.uuid(1)),
            device("falcon", "a", serial: Hardware.serial(1), uuid: Hardware.uuid(2)))
        #expect(graph.endpointCount == 1)
    }

    @Test("an agent's identity on other hardware is put aside and takes over nothing")
    mutating func takeover() throws {
        let results = graph.see(
            device("falcon", "a", host: "ceo", serial: Hardware.serial(1), uuid: Hardware.uuid(1)),
            device("falcon", "a", host: "ceo", serial: Hardware.serial(2), uuid: Hardware.uuid(2)))
        let endpoint = try #require(results[0].endpoint)
        #expect(results[1].outcome == .quarantined(.takeover(of: endpoint)))
        #expect(results[1].evidence.count == 2)
        #expect(graph.devices(of: endpoint).map(\.sighting.serial) == [Hardware.serial(1)])
    }

    @Test("name and address of the same day join what discovery found with what an EDR reports")
    mutating func weak() {
        let results = graph.see(
            device("directory", "cn", host: "srv-1", domain: "corp.example", ip: "10.0.0.5", os: "linux", last: 10),
            device(
                "falcon", "f", host: "srv-1", domain: "corp.example", serial: Hardware.serial(1), ip: "10.0.0.5",
                os: "linux", last: 10))
        #expect(graph.endpointCount == 1)
        #expect(abs(results[1].confidence - 0.82) < 0.001)
    }

    @Test(
        "weak facts that do not agree only suggest",
        arguments: [
            device("falcon", "f", host: "srv-1", domain: "corp.example", ip: "10.0.0.6", os: "linux"),
            device("falcon", "f", host: "srv-1", domain: "corp.example", ip: "10.0.0.5", os: "linux", last: 12),
            device("falcon", "f", host: "srv-1", domain: "other.example", ip: "10.0.0.5", os: "linux"),
        ])
    mutating func suggestion(sighting: DeviceSighting) {
        _ = graph.see(
            device("directory", "cn", host: "srv-1", domain: "corp.example", ip: "10.0.0.5", os: "linux", last: 10))
        let result = graph.resolve(sighting)
        #expect(graph.endpointCount == 2)
        #expect(result.evidence.first?.kind == .suggests)
    }

    @Test("names join nothing of another operating system")
    mutating func otherSystem() {
        _ = graph.see(
            device("directory", "cn", host: "srv-1", domain: "corp.example", ip: "10.0.0.5", os: "linux"),
            device("falcon", "f", host: "srv-1", domain: "corp.example", ip: "10.0.0.5", os: "windows"))
        #expect(graph.endpointCount == 2)
    }

    @Test("what a person splits stays apart, until a person joins it again")
    mutating func person() throws {
        let first = graph.resolve(device("falcon", "a", serial: Hardware.serial(1))) { .number(0) }
        _ = graph.resolve(device("defender", "b", serial: Hardware.serial(1)))
        let link = SourceLink(source: "defender", deviceID: "b")
        let split = graph.split(link) { .number(1) }
        let made = try #require(split)
        _ = graph.resolve(device("defender", "b", serial: Hardware.serial(1), last: 11))
        #expect(graph.endpoint(of: link) == made)
        #expect(graph.endpointCount == 2)
        let original = try #require(first.endpoint)
        let joined = graph.join(made, original)
        #expect(joined == original)
        _ = graph.resolve(device("defender", "b", serial: Hardware.serial(1), last: 12))
        #expect(graph.endpoint(of: link) == original)
        let nothing = graph.split(SourceLink(source: "nobody", deviceID: "x"))
        #expect(nothing == nil)
        let gone = graph.join(original, made)
        #expect(gone == nil, "the younger is no longer there")
    }
}
