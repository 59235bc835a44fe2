import AgentProtocol
import Domain
import Identity
import Store

/// A tenant's keys for orders to agents, made and replaced.
public struct PatchKeys: Sendable {
    let store: Store
    private let box: @Sendable () throws -> SecretBox
    private static let purpose = "patch-orders"

    public init(store: Store, box: @escaping @Sendable () throws -> SecretBox) {
        self.store = store
        self.box = box
    }

    /// Whether a secret can be kept: without one there are no keys.
    var canKeepSecrets: Bool { (try? box()) != nil }

    /// The tenant's key; made when it is first needed.
    func key(of tenant: TenantID) async throws -> OrderSigningKey {
        if let known = try await store.patchKeys.current(tenant: tenant) { return try open(known, tenant) }
        let new = OrderSigningKey()
        let kept = try await store.patchKeys.keep(
            new.publicKey.id, publicKey: Array(new.publicKey.publicKey), sealed: try seal(new, tenant), tenant: tenant)
        return try open(kept, tenant)
    }

    /// Nil where the key cannot be unsealed.
    func usableKey(of tenant: TenantID) async throws -> OrderSigningKey? {
        do { return try await key(of: tenant) } catch IdentityError.unsealFailed { return nil }
    }

    /// Makes another key, which the present one signs: agents that believe the one believe the other.
    ///
    /// - Throws: `StoreError.conflict` where somebody else has replaced it meanwhile.
    public func rotate(by principal: Principal) async throws -> OrderKey {
        let tenant = principal.tenant
        let (old, new) = (try await key(of: tenant), OrderSigningKey())
        let change = try old.sign(successor: new.publicKey, of: tenant)
        try await store.patchKeys.replace(
            old.publicKey.id, by: new.publicKey.id, publicKey: Array(new.publicKey.publicKey),
            sealed: try seal(new, tenant), change: Array(change.change), signature: Array(change.signature),
            tenant: tenant, by: principal)
        return new.publicKey
    }

    private func seal(_ key: OrderSigningKey, _ tenant: TenantID) throws -> [UInt8] {
        try box().seal(key.bytes, tenant: tenant, purpose: "\(Self.purpose).\(key.publicKey.id)")
    }

    private func open(_ key: PatchKeyStore.Key, _ tenant: TenantID) throws -> OrderSigningKey {
        let bytes = try box().open(key.privateKey, tenant: tenant, purpose: "\(Self.purpose).\(key.id)")
        guard let key = OrderSigningKey(bytes: bytes) else { throw IdentityError.unsealFailed }
        return key
    }
}
