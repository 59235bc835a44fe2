import AgentProtocol
import Domain
import FoundationEssentials
import Testing

@Suite("Which requests of an agent are let in")
struct AgentStandingTests {
    private let tenant = TenantID.make()
    private let agent = AgentID.make()

    private func request(_ sequence: Int64, _ instance: UUID) -> AgentSignature {
        AgentSignature(tenant: tenant, agent: agent, instance: instance, sequence: sequence)
    }

    @Test("a number is good once, and a later one overtakes it")
    func replay() {
        var standing = AgentStanding()
        let process = UUID()
        #expect(standing.take(request(5, process)) == .admitted)
        #expect(standing.take(request(5, process)) == .stale(5))
        #expect(standing.take(request(4, process)) == .stale(5))
        #expect(standing.take(request(6, process)) == .admitted)
    }

    @Test("a restart is none of a copy, and a late request of the process before is only late")
    func restart() {
        var standing = AgentStanding()
        let (old, new) = (UUID(), UUID())
        #expect(standing.take(request(5, old)) == .admitted)
        #expect(standing.take(request(9, new)) == .admitted)
        #expect(standing.take(request(6, old)) == .stale(9))
        #expect(standing.state == .active)
    }

    @Test("a process that comes back after another was heard is a copy, told once, until a person has looked")
    func copies() {
        var standing = AgentStanding()
        let (one, two) = (UUID(), UUID())
        #expect(standing.take(request(1, one)) == .admitted)
        #expect(standing.take(request(2, two)) == .admitted)
        #expect(standing.take(request(3, one)) == .cloned(isNew: true))
        #expect(standing.take(request(4, two)) == .cloned(isNew: false))
        #expect(standing.take(request(5, two)) == .quarantined)
        standing.accept()
        #expect(standing.take(request(6, two)) == .admitted)
        #expect(standing.take(request(7, one)) == .admitted)
        #expect(standing.take(request(8, two)) == .cloned(isNew: true))
        standing.state = .revoked
        #expect(standing.take(request(9, two)) == .revoked)
    }

    @Test("another machine is told by its hardware, and not by a name or an unknown UUID")
    func machines() {
        let enrolled = AgentFacts(deviceID: "d", hostname: "web1", hardwareUUID: "u-1", version: "1")
        var now = enrolled
        now.hostname = "web2"
        now.hardwareUUID = nil
        #expect(now.contradiction(to: enrolled) == nil)
        now.hardwareUUID = "u-2"
        #expect(now.contradiction(to: enrolled)?.contains("u-2") == true)
    }

    @Test("a signature is read back, and holds for its request alone")
    func signatures() throws {
        let key = AgentKey()
        let body = Array("{}".utf8)
        let signed = try key.sign(request(7, UUID()), method: "POST", path: "/api/agents/work", body: body)
        let read = try #require(AgentSignature(header: signed.header))
        #expect(read == signed)
        func holds(_ signature: AgentSignature, _ body: [UInt8], path: String = "/api/agents/work") -> Bool {
            signature.isValid(publicKey: key.publicKey, method: "POST", path: path, body: body)
        }
        #expect(holds(read, body))
        #expect(!holds(read, body, path: "/api/agents/leave") && !holds(read, Array("{ }".utf8)))
        var forged = read
        forged.sequence += 1
        #expect(!holds(forged, body))
        for text in ["", "Bearer x", "Garrison-Agent tenant=1", signed.header + ", agent=2"] {
            #expect(AgentSignature(header: text) == nil)
        }
    }
}
