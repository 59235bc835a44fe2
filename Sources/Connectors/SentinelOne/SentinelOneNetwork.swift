import Domain

/// Cutting an endpoint off the network, and connecting it again. An endpoint's `networkStatus` tells when it has come
/// about.
struct SentinelOneNetwork: Sendable {
    let client: SentinelOneClient

    func change(_ agent: String, to wanted: DeviceReport.Isolation) async throws -> ActionReceipt {
        let action = wanted == .isolated ? "disconnect" : "connect"
        return try await ActionReceipt.of(agent) {
            let affected = try await client.change(
                "/agents/actions/\(action)", ids: [agent],
                permission: wanted == .isolated ? "Endpoints: Disconnect" : "Endpoints: Reconnect")
            if affected > 0 { return ActionReceipt(reference: agent, state: .pending) }
            // 200 with nothing affected means that nothing was done.
            guard try await isolation(agent) == wanted else { throw SentinelOneNetwork.unmatched(client) }
            return ActionReceipt(reference: agent, state: .completed("It was so already."))
        }
    }

    func state(
        _ agent: String, _ wanted: DeviceReport.Isolation, _ before: ActionState
    ) async throws -> ActionState {
        guard let isolation = try await isolation(agent) else {
            return .failed("SentinelOne does not know the endpoint.")
        }
        if isolation == wanted { return .completed(wanted == .isolated ? "disconnected" : "connected") }
        switch (isolation, wanted) {
        case (.isolating, .isolated), (.releasing, .none): return .inProgress
        default: return before
        }
    }

    /// Nothing that was named is there.
    static func unmatched(_ client: SentinelOneClient) -> ConnectorError {
        .refused(
            vendor: client.vendor, status: 200, reason: "it changed nothing: no such thing is in the token's scope")
    }

    private func isolation(_ agent: String) async throws -> DeviceReport.Isolation? {
        try await SentinelOneAgent.find(agent, client) { record throws(FieldRefusal) in
            SentinelOneWords.isolation(try record.text("networkStatus"))
        }
    }
}

/// One agent as it is now.
enum SentinelOneAgent {
    /// Nil where the console does not know it.
    static func find<Value>(
        _ id: String, _ client: SentinelOneClient, _ read: (VendorRecord) throws(FieldRefusal) -> Value
    ) async throws -> Value? {
        let page = try await client.page(.get("/agents", [("ids", id)], permission: SentinelOneAgents.permission))
        return try SingleAnswer.read(client.vendor) { () throws(FieldRefusal) in try page.first().map(read) }
    }
}
