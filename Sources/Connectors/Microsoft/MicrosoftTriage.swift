import Domain

/// The status of an alert, set where alerts are read from.
struct MicrosoftTriage: Sendable {
    let client: MicrosoftClient

    func set(_ alert: String, _ status: AlertReport.Status, _ comment: String) async throws -> ActionReceipt {
        guard let word = MicrosoftWords.vendorStatus(status) else {
            throw ConnectorError.unsupported(vendor: "Microsoft", action: "set an alert to \(status.rawValue)")
        }
        // Defender writes its words with capitals and Graph without.
        var fields: [(String, RequestJSON)] = [
            ("status", .text(isGraph ? word.prefix(1).lowercased() + word.dropFirst() : word))
        ]
        if !isGraph, !comment.isEmpty { fields.append(("comment", .text(comment))) }
        let permission =
            isGraph ? "Microsoft Graph: SecurityAlert.ReadWrite.All" : "WindowsDefenderATP: Alert.ReadWrite.All"
        let request = VendorRequest.change(path(alert), .object(fields), method: .PATCH, permission: permission)
        try await client.send(request, service) { _ in }
        return ActionReceipt(reference: alert, state: .inProgress)
    }

    /// It is set when Microsoft says so, whoever set it.
    func state(_ alert: String, _ status: AlertReport.Status, _ before: ActionState) async throws -> ActionState {
        let permission = isGraph ? GraphAlerts.permission : DefenderAlerts.permission
        let found = try await client.record(.get(path(alert), permission: permission), service) {
            record throws(FieldRefusal) in try record.text("status")
        }
        guard let found else { return .failed("Microsoft does not know the alert.") }
        return MicrosoftWords.status(found) == status ? .completed(found ?? "") : before
    }

    private var isGraph: Bool { client.settings.alerts == .graph }
    private var service: MicrosoftClient.Service { isGraph ? .graph : .defender }

    private func path(_ alert: String) -> String {
        "\(isGraph ? GraphAlerts.path : DefenderAlerts.path)/\(PercentEncoding.encode(alert))"
    }
}
