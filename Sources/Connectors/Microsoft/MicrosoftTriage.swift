import Domain

/// What people make of alerts, set where alerts are read from: how far they are with one, and what it was.
struct MicrosoftTriage: Sendable {
    let client: MicrosoftClient

    func set(_ alert: String, _ status: AlertReport.Status, _ comment: String) async throws -> ActionReceipt {
        guard let word = MicrosoftWords.vendorStatus(status) else {
            throw ConnectorError.unsupported(vendor: "Microsoft", action: "set an alert to \(status.rawValue)")
        }
        return try await change(alert, [("status", word)], comment)
    }

    func set(_ alert: String, _ verdict: AlertReport.Verdict, _ comment: String) async throws -> ActionReceipt {
        guard let word = MicrosoftWords.vendorVerdict(verdict) else {
            throw ConnectorError.unsupported(vendor: "Microsoft", action: "find an alert to be \(verdict.rawValue)")
        }
        var words = [("classification", word)]
        if let determination = client.settings.determination { words.append(("determination", determination)) }
        return try await change(alert, words, comment)
    }

    /// Defender writes its words with capitals and Graph without.
    private func change(_ alert: String, _ words: [(String, String)], _ comment: String) async throws -> ActionReceipt {
        var fields = words.map { name, word in
            (name, RequestJSON.text(isGraph ? word.prefix(1).lowercased() + word.dropFirst() : word))
        }
        if !isGraph, !comment.isEmpty { fields.append(("comment", .text(comment))) }
        let request = VendorRequest.change(path(alert), .object(fields), method: .PATCH, permission: permission)
        try await client.send(request, service) { _ in }
        if isGraph, !comment.isEmpty, client.settings.commentsInGraph { await add(comment, to: alert) }
        return ActionReceipt(reference: alert, state: .inProgress)
    }

    /// Graph takes comments by themselves. One is an extra: what was set is set, whether or not it can be written.
    private func add(_ comment: String, to alert: String) async {
        let body = RequestJSON.object([
            ("@odata.type", "microsoft.graph.security.alertComment"), ("comment", .text(comment)),
        ])
        let request = VendorRequest.change("\(path(alert))/comments", body, permission: permission)
        try? await client.send(request, service) { _ in }
    }

    /// It is set when Microsoft says so, whoever set it.
    func state(_ alert: String, _ status: AlertReport.Status, _ before: ActionState) async throws -> ActionState {
        try await state(alert, "status", before) { MicrosoftWords.status($0) == status }
    }

    func state(_ alert: String, _ verdict: AlertReport.Verdict, _ before: ActionState) async throws -> ActionState {
        try await state(alert, "classification", before) {
            MicrosoftWords.ours($0, in: MicrosoftWords.verdicts) == verdict
        }
    }

    private func state(
        _ alert: String, _ field: StaticString, _ before: ActionState, _ isSet: (String?) -> Bool
    ) async throws -> ActionState {
        let reading = isGraph ? GraphAlerts.permission : DefenderAlerts.permission
        let found = try await client.record(.get(path(alert), permission: reading), service) {
            record throws(FieldRefusal) in try record.text(field)
        }
        guard let found else { return .failed("Microsoft does not know the alert.") }
        return isSet(found) ? .completed(found ?? "") : before
    }

    private var isGraph: Bool { client.settings.alerts == .graph }
    private var service: MicrosoftClient.Service { isGraph ? .graph : .defender }
    private var permission: String {
        isGraph ? "Microsoft Graph: SecurityAlert.ReadWrite.All" : "WindowsDefenderATP: Alert.ReadWrite.All"
    }

    private func path(_ alert: String) -> String {
        "\(isGraph ? GraphAlerts.path : DefenderAlerts.path)/\(PercentEncoding.encode(alert))"
    }
}
