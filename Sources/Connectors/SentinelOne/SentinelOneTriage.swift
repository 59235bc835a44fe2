import Domain

/// What people make of threats: how far they are with one, and what it was.
struct SentinelOneTriage: Sendable {
    let client: SentinelOneClient

    private static let permission = "Threats: Update Incident Status"

    func set(_ threat: String, _ status: AlertReport.Status, _ comment: String) async throws -> ActionReceipt {
        guard let word = SentinelOneWords.vendorStatus(status) else {
            throw ConnectorError.unsupported(vendor: client.vendor, action: "set a threat to \(status.rawValue)")
        }
        let receipt = try await change("/threats/incident", threat, ("incidentStatus", .text(word)))
        guard !comment.isEmpty, case .inProgress = receipt.state else { return receipt }
        // The note is an extra: the status is set whether or not it can be written.
        _ = try? await client.change(
            "/threats/notes", ids: [threat], [("text", .text(comment))], permission: "Threats: Update Notes")
        return receipt
    }

    func set(_ threat: String, _ verdict: AlertReport.Verdict) async throws -> ActionReceipt {
        guard let word = SentinelOneWords.vendorVerdict(verdict) else {
            throw ConnectorError.unsupported(vendor: client.vendor, action: "find a threat to be \(verdict.rawValue)")
        }
        return try await change("/threats/analyst-verdict", threat, ("analystVerdict", .text(word)))
    }

    func state(_ threat: String, _ status: AlertReport.Status, _ before: ActionState) async throws -> ActionState {
        try await state(threat, before) { $0.status == status }
    }

    func state(_ threat: String, _ verdict: AlertReport.Verdict, _ before: ActionState) async throws -> ActionState {
        try await state(threat, before) { $0.verdict == verdict }
    }

    private func change(_ path: String, _ threat: String, _ value: (String, RequestJSON)) async throws -> ActionReceipt
    {
        try await ActionReceipt.of(threat) {
            guard try await client.change(path, ids: [threat], [value], permission: Self.permission) > 0 else {
                throw SentinelOneNetwork.unmatched(client)
            }
            return ActionReceipt(reference: threat, state: .inProgress)
        }
    }

    /// It is set when the console says so, whoever set it.
    private func state(
        _ threat: String, _ before: ActionState, _ isSet: (AlertReport) -> Bool
    ) async throws -> ActionState {
        let page = try await client.page(.get("/threats", [("ids", threat)], permission: SentinelOneThreats.permission))
        let found = try SingleAnswer.read(client.vendor) { () throws(FieldRefusal) in
            try page.first().map(SentinelOneThreats.threat)
        }
        guard let found else { return .failed("SentinelOne does not know the threat.") }
        return isSet(found) ? .completed("set") : before
    }
}
