import Crypto
import Domain
import FoundationEssentials

/// The key that one tenant's orders are signed with. The server keeps it sealed; its public half is what agents believe.
package struct OrderSigningKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    package init() { key = Curve25519.Signing.PrivateKey() }

    /// Nil when the bytes are no key.
    package init?(bytes: [UInt8]) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes) else { return nil }
        self.key = key
    }

    /// To be sealed.
    package var bytes: [UInt8] { Array(key.rawRepresentation) }
    package var publicKey: OrderKey { OrderKey(key.publicKey.rawRepresentation) }

    package func sign(_ order: PatchOrder) throws -> SignedPatchOrder {
        var signed = SignedPatchOrder(order: Data(try AgentJSON.encode(order)), key: publicKey.id)
        signed.signature = try key.signature(for: signed.message)
        return signed
    }

    /// Says, with this key, that `new` takes its place.
    package func sign(successor new: OrderKey, of tenant: TenantID) throws -> SignedOrderKeyChange {
        let change = OrderKeyChange(tenant: tenant, old: publicKey.id, new: new)
        var signed = SignedOrderKeyChange(change: Data(try AgentJSON.encode(change)))
        signed.signature = try key.signature(for: signed.message)
        return signed
    }
}

extension OrderKey {
    package init(_ publicKey: Data) {
        self.init(id: String(Digest.hexadecimal(Array(publicKey)).prefix(16)), publicKey: publicKey)
    }

    /// Whether its id is that of its key, and the key one.
    package var isSound: Bool {
        self == OrderKey(publicKey) && (try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey)) != nil
    }

    /// The key that is believed behind these changes. One that begins with another key, is of another tenant, or is not signed
    /// with the key before, changes nothing.
    package func successor(by changes: [SignedOrderKeyChange], tenant: TenantID) -> OrderKey {
        var present = self
        for signed in changes {
            guard present.hasSigned(signed.message, signed.signature),
                let change = try? AgentJSON.decode(OrderKeyChange.self, from: Array(signed.change)),
                change.tenant == tenant, change.old == present.id, change.new.isSound
            else { continue }
            present = change.new
        }
        return present
    }

    func hasSigned(_ message: Data, _ signature: Data) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(signature, for: message)
    }
}

extension SignedPatchOrder {
    /// The order, when it is one for this agent and for now. Nothing of it is read before the signature is checked.
    ///
    /// - Parameters:
    ///   - nonce: of the heartbeat that was answered with it.
    ///   - elapsed: since that heartbeat, by a clock that nobody sets.
    package func opened(
        with pinned: OrderKey?, tenant: TenantID, agent: AgentID, nonce: UUID, elapsed: Duration
    ) throws(OrderRefusal) -> PatchOrder {
        guard let pinned else { throw .noKey }
        guard key == pinned.id else { throw .otherKey(key, pinned: pinned.id) }
        guard pinned.hasSigned(message, signature) else { throw .signature }
        guard let order = try? AgentJSON.decode(PatchOrder.self, from: Array(order)) else { throw .unreadable }
        guard order.tenant == tenant else { throw .otherTenant }
        guard order.agent == agent else { throw .otherAgent }
        guard order.nonce == nonce else { throw .notAsked }
        guard elapsed / .seconds(1) < order.expires.timeIntervalSince(order.issued) else { throw .expired }
        if let defect = order.defect { throw .content(defect) }
        return order
    }
}
