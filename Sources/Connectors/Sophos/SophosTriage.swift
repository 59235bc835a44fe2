import Domain

/// Dealing with an alert. Each says which actions it allows, and one that was dealt with is there no more.
struct SophosTriage: Sendable {
    let client: SophosClient

    func resolve(_ alert: String, _ comment: String) async throws -> ActionReceipt {
        let id = SophosID(alert)
        let tenant = try await client.tenant(of: id)
        guard let allowed = try await allowed(id, tenant) else {
            throw ConnectorError.refused(vendor: client.vendor, status: 404, reason: "it does not know the alert")
        }
        guard let action = client.settings.resolveActions.first(where: allowed.contains) else {
            let list = allowed.isEmpty ? "nothing" : allowed.joined(separator: ", ")
            throw ConnectorError.refused(
                vendor: client.vendor, status: 200, reason: "this alert allows \(list), none of which resolves it")
        }
        var fields: [(String, RequestJSON)] = [("action", .text(action))]
        if !comment.isEmpty { fields.append(("message", .text(comment))) }
        let body = RequestJSON.object(fields)
        return try await ActionReceipt.of(alert) {
            try await client.send(
                .change("/common/v1/alerts/\(id.path)/actions", body, permission: "Alerts: Act"), to: tenant
            ) { response throws(FieldRefusal) in
                _ = try VendorRecord(response.body, 0..<response.body.count).requiredText("id")
                return ActionReceipt(reference: alert, state: .pending)
            }
        }
    }

    func state(_ alert: String, _ before: ActionState) async throws -> ActionState {
        let id = SophosID(alert)
        let tenant = try await client.tenant(of: id)
        return try await allowed(id, tenant) == nil ? .completed("The alert is there no more.") : before
    }

    /// The actions that an alert allows; nil where it is not there.
    private func allowed(_ id: SophosID, _ tenant: SophosTenant) async throws -> [String]? {
        do {
            return try await client.send(
                .get("/common/v1/alerts/\(id.path)", permission: SophosAlerts.permission), to: tenant
            ) { response throws(FieldRefusal) in
                try VendorRecord(response.body, 0..<response.body.count).texts("allowedActions")
            }
        } catch let error as ConnectorError {
            guard case .refused(_, 404, _) = error else { throw error }
            return nil
        }
    }
}
