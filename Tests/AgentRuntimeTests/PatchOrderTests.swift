import AgentProtocol
import Domain
import FoundationEssentials
import Testing

@Suite("Orders of patches")
struct PatchOrderTests {
    private let key = OrderSigningKey()
    private let tenant = TenantID.make()
    private let agent = AgentID.make()
    private let nonce = UUID()

    private func order(_ change: (inout PatchOrder) -> Void = { _ in }) -> PatchOrder {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        var order = PatchOrder(
            tenant: tenant, agent: agent,
            job: PatchJob(deployment: .make(), endpoint: .make(), kind: .install, attempt: 1), nonce: nonce,
            issued: now,
            expires: now.addingTimeInterval(900), tool: .apt,
            packages: [.init(name: "libssl3", architecture: "amd64", version: "3.0.11-1", installed: "3.0.9-1")])
        change(&order)
        return order
    }

    private func refusal(
        _ signed: SignedPatchOrder, by pinned: OrderKey?, elapsed: Duration = .seconds(1)
    ) -> OrderRefusal? {
        do throws(OrderRefusal) {
            _ = try signed.opened(with: pinned, tenant: tenant, agent: agent, nonce: nonce, elapsed: elapsed)
            return nil
        } catch {
            return error
        }
    }

    @Test("an order is believed as it was signed, over the wire and back")
    func opens() throws {
        let order = order()
        let sent: AgentWork = try AgentJSON.decode(
            from: AgentJSON.encode(AgentWork(actions: [], orders: [key.sign(order)])))
        let opened = try #require(sent.orders?.first).opened(
            with: key.publicKey, tenant: tenant, agent: agent, nonce: nonce, elapsed: .seconds(899))
        #expect(opened == order)
    }

    @Test("an order is not believed when a single bit of it is another")
    func tampered() throws {
        let signed = try key.sign(order())
        for place in signed.order.indices {
            var changed = signed
            changed.order[place] ^= 1
            #expect(refusal(changed, by: key.publicKey) == .signature)
        }
        var other = signed
        other.signature[3] ^= 1
        #expect(refusal(other, by: key.publicKey) == .signature)
    }

    @Test("an order is refused for the reason that there is", arguments: OrderRefusalCase.all)
    func refused(_ one: OrderRefusalCase) throws {
        let signed = try key.sign(order(one.change))
        #expect(refusal(signed, by: key.publicKey, elapsed: one.elapsed) == one.refusal)
    }

    @Test("an order that another key signed is refused, also one that says it was this key")
    func otherKeys() throws {
        let other = OrderSigningKey()
        var signed = try other.sign(order())
        #expect(refusal(signed, by: nil) == .noKey)
        #expect(refusal(signed, by: key.publicKey) == .otherKey(other.publicKey.id, pinned: key.publicKey.id))
        signed.key = key.publicKey.id
        #expect(refusal(signed, by: key.publicKey) == .signature)
    }

    @Test("what is signed as a change of keys is no order")
    func purposes() throws {
        let order = try key.sign(order())
        let change = SignedOrderKeyChange(change: order.order, signature: order.signature)
        #expect(key.publicKey.successor(by: [change], tenant: tenant) == key.publicKey)
        let signed = try key.sign(successor: OrderSigningKey().publicKey, of: tenant)
        let forged = SignedPatchOrder(order: signed.change, key: key.publicKey.id, signature: signed.signature)
        #expect(refusal(forged, by: key.publicKey) == .signature)
    }

    @Test("a new key is believed under the old one's signature alone")
    func rotation() throws {
        let (second, third, stranger) = (OrderSigningKey(), OrderSigningKey(), OrderSigningKey())
        let first = try key.sign(successor: second.publicKey, of: tenant)
        let next = try second.sign(successor: third.publicKey, of: tenant)
        let pinned = key.publicKey
        #expect(pinned.successor(by: [first, next], tenant: tenant) == third.publicKey)
        // One that was asleep meanwhile is told all; one that knows the second, too.
        #expect(second.publicKey.successor(by: [first, next], tenant: tenant) == third.publicKey)
        // Sent again, the first changes nothing.
        #expect(third.publicKey.successor(by: [first], tenant: tenant) == third.publicKey)
        #expect(pinned.successor(by: [next], tenant: tenant) == pinned)
        #expect(pinned.successor(by: [first], tenant: .make()) == pinned)
        let forged = try stranger.sign(successor: stranger.publicKey, of: tenant)
        #expect(pinned.successor(by: [forged], tenant: tenant) == pinned)
        var unsound = stranger.publicKey
        unsound.id = second.publicKey.id
        #expect(pinned.successor(by: [try key.sign(successor: unsound, of: tenant)], tenant: tenant) == pinned)
    }
}

/// An order of the right key that is refused all the same.
struct OrderRefusalCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let refusal: OrderRefusal?
    var elapsed = Duration.seconds(1)
    var change: @Sendable (inout PatchOrder) -> Void = { _ in }

    init(
        _ name: String, _ refusal: OrderRefusal?, elapsed: Duration = .seconds(1),
        _ change: @escaping @Sendable (inout PatchOrder) -> Void = { _ in }
    ) {
        testDescription = name
        self.refusal = refusal
        self.elapsed = elapsed
        self.change = change
    }

    private static func name(_ text: String) -> Self {
        Self("name \(text)", .content("“\(text)” is no name of a package")) { $0.packages[0].name = text }
    }

    private static func version(_ text: String) -> Self {
        Self("version \(text)", .content("“\(text)” is no version")) { $0.packages[0].version = text }
    }

    static let all: [Self] = [
        Self("another tenant's", .otherTenant) { $0.tenant = .make() },
        Self("another endpoint's", .otherAgent) { $0.agent = .make() },
        Self("one that was sent before", .notAsked) { $0.nonce = UUID() },
        Self("one that is over", .expired, elapsed: .seconds(900)),
        Self("one that never was", .expired, elapsed: .zero) { $0.expires = $0.issued },
        // The machine's clock may be years off.
        Self("one of the past that was asked for just now", nil) {
            $0.issued = Date(timeIntervalSince1970: 0)
            $0.expires = Date(timeIntervalSince1970: 60)
        },
        Self("no packages", .content("it names no packages")) { $0.packages = [] },
        name("-o=Dir::Etc=/tmp"), name("../evil.deb"), name("a b"), name(""), name("a;reboot"),
        version("1 --allow-downgrades"), version("-1"), version("1/../../etc"),
        Self("a file outside of its folder", .content("“../x.deb” is no name of a file")) {
            $0.payloads = [
                .init(name: "../x.deb", url: "http://h/x", digest: String(repeating: "0", count: 64), bytes: 1)
            ]
        },
        Self("a file that could be any", .content("the digest of x.deb is none")) {
            $0.payloads = [.init(name: "x.deb", url: "http://h/x", digest: "", bytes: 1)]
        },
    ]
}
