import Domain

/// Isolation of an endpoint: what is wanted is set and read back, and the endpoint's own record tells when it has come
/// about.
struct SophosIsolation: Sendable {
    let client: SophosClient

    private static let permission = "Endpoints: Isolation"

    func change(
        _ device: String, to wanted: DeviceReport.Isolation, _ comment: String
    ) async throws -> ActionReceipt {
        let id = SophosID(device)
        let tenant = try await client.tenant(of: id)
        let body = RequestJSON.object([
            ("enabled", .flag(wanted == .isolated)), ("comment", .text(comment)), ("ids", .texts([id.id])),
        ])
        return try await ActionReceipt.of(device) {
            let taken = try await client.send(
                .change("/endpoint/v1/endpoints/isolation", body, permission: Self.permission), to: tenant
            ) { response throws(FieldRefusal) in
                let page = try SophosPage(response)
                var ids: [String] = []
                for range in page.items { ids.append(try VendorRecord(page.bytes, range).requiredText("id")) }
                return ids
            }
            guard taken.contains(id.id) else {
                throw ConnectorError.refused(vendor: client.vendor, status: 202, reason: "it did not take the endpoint")
            }
            return ActionReceipt(reference: device, state: .pending)
        }
    }

    func state(
        _ device: String, _ wanted: DeviceReport.Isolation, _ before: ActionState
    ) async throws -> ActionState {
        let id = SophosID(device)
        let tenant = try await client.tenant(of: id)
        guard let isWanted = try await setting(id, tenant) else { return .failed("Sophos does not know the endpoint.") }
        guard isWanted == (wanted == .isolated) else { return before }
        let isolation = try await client.send(
            .get("/endpoint/v1/endpoints/\(id.path)", [("view", "full")], permission: SophosEndpoints.permission),
            to: tenant
        ) { response throws(FieldRefusal) in
            try SophosEndpoints.isolation(VendorRecord(response.body, 0..<response.body.count).record("isolation"))
        }
        return isolation == wanted ? .completed(wanted == .isolated ? "isolated" : "not isolated") : .inProgress
    }

    /// What is wanted for an endpoint; nil where there is no such endpoint.
    private func setting(_ id: SophosID, _ tenant: SophosTenant) async throws -> Bool? {
        do {
            return try await client.send(
                .get("/endpoint/v1/endpoints/\(id.path)/isolation", permission: SophosEndpoints.permission), to: tenant
            ) { response throws(FieldRefusal) in
                try VendorRecord(response.body, 0..<response.body.count).flag("enabled") ?? false
            }
        } catch let error as ConnectorError {
            guard case .refused(_, 404, _) = error else { throw error }
            return nil
        }
    }
}
