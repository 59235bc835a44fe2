import Domain
import FoundationEssentials
import Identification
import Postgres

/// What people decide, against the evidence if they want; later reports do not undo it.
extension IdentityStore {
    /// Takes a device out of its endpoint: it becomes an endpoint of its own, and no evidence joins it with the others
    /// again.
    ///
    /// - Throws: `StoreError.notFound`, `StoreError.conflict` when it is all that its endpoint has.
    @discardableResult
    public func split(
        _ device: DeviceLink, reason: String = "", by principal: Principal
    ) async throws -> EndpointID {
        try await decide(by: principal) { connection in
            let links = LinkTable(connection: connection, tenant: principal.tenant)
            guard let endpoint = try await links.endpoint(of: device) else { throw Self.notFound(device) }
            let others = try await links.devices(of: endpoint).filter { $0 != device }
            if others.isEmpty {
                throw StoreError.conflict(
                    kind: "endpoint",
                    reason: "The device is all that its endpoint has; there is nothing to take it from.")
            }
            let made = EndpointID.make()
            try await links.separate(device, from: others, by: principal)
            try await EndpointSplit(connection: connection, tenant: principal.tenant)
                .split(device, of: endpoint, into: made)
            try await connection.run(
                IdentityEvent.insertion(
                    [
                        .init(
                            .split, endpoint, other: made, link: device.link, confidence: 1, actor: principal.name,
                            reason: reason)
                    ], tenant: principal.tenant))
            let entry = AuditEntry(
                "identity.split", object: endpoint.description,
                detail: device.auditDetail(["made": made.description, "reason": reason]), by: principal)
            return (made, [endpoint, made], entry)
        }
    }

    /// Puts a device into an endpoint. When it was all of another, that becomes part of it, which can be undone.
    ///
    /// - Throws: `StoreError.notFound`.
    public func join(
        _ device: DeviceLink, to endpoint: EndpointID, reason: String = "", by principal: Principal
    ) async throws {
        try await decide(by: principal) { connection in
            let tenant = principal.tenant
            let links = LinkTable(connection: connection, tenant: tenant)
            try await links.require(endpoint)
            guard try await links.exists(device) else { throw Self.notFound(device) }
            let before = try await links.endpoint(of: device)
            let entry = AuditEntry(
                "identity.join", object: endpoint.description,
                detail: device.auditDetail(["reason": reason]), by: principal)
            if before == endpoint { return ((), [], entry) }
            try await links.reunite(device, with: try await links.devices(of: endpoint))
            var event = IdentityEvent.New(
                .joined, endpoint, other: before, link: device.link, confidence: 1, actor: principal.name,
                reason: reason)
            var rest: [DeviceLink] = []
            if let before { rest = try await links.devices(of: before).filter { $0 != device } }
            if let before, rest.isEmpty {
                event = IdentityEvent.New(
                    .merged, endpoint, other: before, link: device.link, confidence: 1, actor: principal.name,
                    reason: reason)
                try await EndpointMerge(connection: connection, tenant: tenant).merge(before, into: endpoint, event)
            } else {
                try await connection.run(IdentityEvent.insertion([event], tenant: tenant))
                try await links.move(device, to: endpoint)
                let split = EndpointSplit(connection: connection, tenant: tenant)
                if let before { try await split.settle(before, without: device) }
                try await split.settle(endpoint, without: nil)
            }
            return ((), [endpoint] + (rest.isEmpty ? [] : [before].compactMap { $0 }), entry)
        }
    }

    /// Makes two endpoints one, whatever speaks against it.
    ///
    /// - Throws: `StoreError.notFound`, `StoreError.invalid` for an endpoint and itself.
    public func merge(
        _ other: EndpointID, into survivor: EndpointID, reason: String = "", by principal: Principal
    ) async throws {
        if other == survivor { throw StoreError.invalid(field: "endpoint_id", reason: "it is the same endpoint") }
        try await decide(by: principal) { connection in
            let links = LinkTable(connection: connection, tenant: principal.tenant)
            try await links.require(survivor)
            try await links.require(other)
            let theirs = try await links.devices(of: survivor)
            for device in try await links.devices(of: other) { try await links.reunite(device, with: theirs) }
            try await EndpointMerge(connection: connection, tenant: principal.tenant).merge(
                other, into: survivor,
                IdentityEvent.New(
                    .merged, survivor, other: other, confidence: 1, actor: principal.name, reason: reason))
            let entry = AuditEntry(
                "identity.merge", object: survivor.description,
                detail: ["merged": other.description, "reason": reason], by: principal)
            return ((), [survivor], entry)
        }
    }

    /// Takes a merge back: both endpoints are as they were, with what was found since at the one that remained, and are
    /// told apart from now on.
    ///
    /// - Returns: the endpoint that is there again.
    /// - Throws: `StoreError.notFound`, `StoreError.conflict` when later merges have to be taken back first.
    @discardableResult
    public func undo(
        _ event: IdentityEvent.ID, reason: String = "", by principal: Principal
    ) async throws -> EndpointID {
        try await decide(by: principal) { connection in
            let undoing = MergeUndo(connection: connection, tenant: principal.tenant)
            let (survivor, other) = try await undoing.undo(event, by: principal)
            try await connection.run(
                IdentityEvent.insertion(
                    [.init(.undone, survivor, other: other, confidence: 1, actor: principal.name, reason: reason)],
                    tenant: principal.tenant))
            let entry = AuditEntry(
                "identity.undo", object: survivor.description,
                detail: ["event": event.description, "restored": other.description, "reason": reason], by: principal)
            return (other, [survivor, other], entry)
        }
    }

    static func notFound(_ device: DeviceLink) -> StoreError {
        .notFound(kind: "device", id: device.deviceID)
    }
}
