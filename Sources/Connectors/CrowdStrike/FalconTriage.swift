import Domain

/// The status of an alert, set in Falcon.
struct FalconTriage: Sendable {
    let client: FalconClient

    func set(_ alert: String, _ status: AlertReport.Status, _ comment: String) async throws -> ActionReceipt {
        guard let word = FalconWords.vendorStatus(status) else {
            throw ConnectorError.unsupported(vendor: client.vendor, action: "set an alert to \(status.rawValue)")
        }
        var parameters: [RequestJSON] = [.object([("name", "update_status"), ("value", .text(word))])]
        if !comment.isEmpty { parameters.append(.object([("name", "append_comment"), ("value", .text(comment))])) }
        let body = RequestJSON.object([
            ("composite_ids", .texts([alert])), ("action_parameters", .list(parameters)),
        ])
        _ = try await client.page(
            .change("/alerts/entities/alerts/v3", body, method: .PATCH, permission: "Alerts: Write"))
        return ActionReceipt(reference: alert, state: .inProgress)
    }

    /// It is set when Falcon says so, whoever set it.
    func state(_ alert: String, _ status: AlertReport.Status, _ before: ActionState) async throws -> ActionState {
        let request = VendorRequest.ask(
            "/alerts/entities/alerts/v2", .object([("composite_ids", .texts([alert]))]), permission: "Alerts: Read")
        let page = try await client.page(request)
        let found = try SingleAnswer.read(client.vendor) { () throws(FieldRefusal) in try page.first()?.text("status") }
        guard let found else { return .failed("Falcon does not know the alert.") }
        return FalconWords.status(found) == status ? .completed(found) : before
    }
}
