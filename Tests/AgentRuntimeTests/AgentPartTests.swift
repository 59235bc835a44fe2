import AgentProtocol
import AgentRuntime
import Domain
import FoundationEssentials
import TestSupport
import Testing

@Suite("Parts of the agent")
struct AgentPartTests {
    private func inventory(_ packages: [InstalledPackage], host: String = "web1") -> Inventory {
        Inventory(
            collectedAt: Date(timeIntervalSince1970: 1_767_268_800), deviceID: "d", hostname: host,
            os: OperatingSystem(id: "debian", name: "Debian", version: "12"), packages: packages)
    }

    private func package(_ name: String, _ version: String = "1") -> InstalledPackage {
        InstalledPackage(type: "deb", name: name, version: version)
    }

    @Test("changes give the inventory that they were made from, and nothing else than their base")
    func deltas() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            let pool = (0..<30).map { package("p\($0 % 12)", "\($0 % 4)") }
            let old = inventory(pool.filter { _ in Bool.random(using: &generator) })
            let new = inventory(pool.filter { _ in Bool.random(using: &generator) }.shuffled(), host: "web2")
            let delta = InventoryDelta(from: old, to: new, digest: Digest.inventory)
            let sent: InventoryDelta = try AgentJSON.decode(from: AgentJSON.encode(delta))
            let given = try #require(sent.applied(to: old, digest: Digest.inventory))
            #expect(given.hostname == "web2" && Digest.inventory(given) == Digest.inventory(new))
            var other = old
            other.packages.append(package("more"))
            #expect(sent.applied(to: other, digest: Digest.inventory) == nil)
        }
        // When it was taken is no part of what it says.
        var later = inventory([package("a")])
        later.collectedAt = Date(timeIntervalSince1970: 1_767_268_900)
        #expect(Digest.inventory(later) == Digest.inventory(inventory([package("a")])))
    }

    @Test("the queue outlasts its process, keeps the newest inventory, and drops the oldest results when it is full")
    func queue() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let state = StateFolder("\(folder.path)/state")
        try state.create()
        var queue = try ReportQueue(state, limit: 1000)
        try queue.append(Array("first".utf8), .inventory)
        try queue.append(Array("result".utf8), .result)
        try queue.append(Array("second".utf8), .inventory)
        // A draft that a kill has left is no report.
        try folder.write("half", to: "state/queue/000000000009.result.new")
        var again = try ReportQueue(state, limit: 1000)
        #expect(again.entries.map(\.kind) == [.result, .inventory] && again.dropped == 0)
        #expect(try again.read(again.entries[1]).map { String(decoding: $0, as: UTF8.self) } == "second")
        for _ in 0..<4 { try again.append([UInt8](repeating: 1, count: 300), .result) }
        #expect(again.entries.count == 3 && again.dropped == 3)
        let third = try ReportQueue(state, limit: 1000)
        #expect(third.dropped == 3 && third.entries.count == 3)
    }

    @Test("what was begun and not ended is known after a kill, and what was done is not done again")
    func journal() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let state = StateFolder(folder.path)
        var journal = try ActionJournal(state)
        let (one, two) = (AgentWork.Action(id: UUID(), kind: "scan"), AgentWork.Action(id: UUID(), kind: "probe"))
        try journal.begin(one)
        try journal.begin(two)
        try journal.end(one, AgentResult(id: one.id, state: .completed, message: "Done."))
        let again = try ActionJournal(state)
        #expect(again.interrupted == [two] && again.result(of: one)?.message == "Done.")
    }

    @Test("rules let the server through, name servers where its name must be looked up, and nothing else")
    func rules() {
        let numeric = Isolation.rules(
            .init(addresses: ["10.0.0.1"], port: 8080, isNamed: false), resolvers: ["10.0.0.53"])
        #expect(numeric.contains("ip daddr { 10.0.0.1 } tcp dport 8080 accept") && !numeric.contains("53 accept"))
        #expect(numeric.contains("policy drop"))
        let named = Isolation.rules(
            .init(addresses: ["10.0.0.1", "fd00::1"], port: 443, isNamed: true), resolvers: ["10.0.0.53"])
        #expect(named.contains("ip daddr { 10.0.0.53 } meta l4proto { tcp, udp } th dport 53 accept"))
        #expect(named.contains("ip6 daddr { fd00::1 } tcp dport 443 accept"))
        #expect(NumericAddress("1.2.3.4; flush ruleset") == nil)
    }

    @Test("addresses of servers need TLS unless they are here or a person says so")
    func addresses() throws {
        #expect(throws: AgentError.self) { try ServerAddress("http://garrison.example", allowsPlainHTTP: false) }
        #expect(throws: AgentError.self) { try ServerAddress("garrison.example", allowsPlainHTTP: true) }
        #expect(throws: AgentError.self) { try ServerAddress("ftp://garrison.example", allowsPlainHTTP: true) }
        #expect(try ServerAddress("http://127.0.0.1:8080", allowsPlainHTTP: false).port == 8080)
        let address = try ServerAddress("https://garrison.example/base/", allowsPlainHTTP: false)
        #expect(address.url("/api/x") == "https://garrison.example:443/base/api/x")
    }

    @Test("neighbours are the complete entries of the table")
    func neighbours() {
        let table = """
            IP address       HW type     Flags       HW address            Mask     Device
            10.0.0.7         0x1         0x2         00:1B:21:aa:bb:01     *        eth0
            10.0.0.8         0x1         0x0         00:00:00:00:00:00     *        eth0
            """
        #expect(Neighbours.read(table) == [NetworkNeighbour(address: "10.0.0.7", mac: "00:1b:21:aa:bb:01")])
    }

    @Test("a probe is of a small network")
    func probes() throws {
        for network in ["10.0.0.0/8", "10.0.0.0", "x/24", "10.0.0.0/19"] {
            #expect(throws: AgentError.self) { try Probe(["network": network]) }
        }
        #expect(try Probe(["network": "10.0.0.9/30"]).count == 4)
        #expect(throws: AgentError.self) { try Probe(["network": "10.0.0.0/24", "ports": "none"]) }
    }

    @Test("waits double, are drawn at random, and end somewhere")
    func backoff() {
        var backoff = Backoff(first: 1, longest: 60)
        var waits: [Duration] = []
        for _ in 0..<20 { waits.append(backoff.failed()) }
        #expect(waits[0] <= .seconds(1) && waits[19] >= .seconds(30) && waits[19] <= .seconds(60))
        backoff.succeeded()
        #expect(backoff.failed() <= .seconds(1))
    }
}
