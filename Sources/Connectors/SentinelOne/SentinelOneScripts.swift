import Domain

/// Scripts of the console's library, run by Remote Script Orchestration. One whose answer was lost is found by people:
/// its description in the console holds the action's id.
struct SentinelOneScripts: Sendable {
    let client: SentinelOneClient

    private static let permission = "Remote Scripts: Execute"

    /// - Parameter script: a script's id, or its name.
    func start(
        _ agent: String, _ script: String, _ arguments: String, _ request: ActionRequest
    ) async throws -> ActionReceipt {
        guard !agent.isEmpty else {
            throw ConnectorError.setting(name: "id", reason: "an action needs to know what it is for")
        }
        let id = script.allSatisfy(\.isNumber) ? script : try await identify(script)
        var data: [(String, RequestJSON)] = [
            ("scriptId", .text(id)), ("outputDestination", "SentinelCloud"),
            ("taskDescription", .text("\(request.comment) (Garrison \(request.id))")),
        ]
        if !arguments.isEmpty { data.append(("inputParams", .text(arguments))) }
        let body = RequestJSON.object([
            ("filter", .object([("ids", .texts([agent]))])), ("data", .object(data)),
        ])
        return try await ActionReceipt.of(nil) {
            let task = try await client.data(
                .change("/remote-scripts/execute", body, permission: Self.permission)
            ) { data, _ throws(FieldRefusal) in
                if try data.integer("affected") == 0 { return String?.none }
                return try data.requiredText("parentTaskId")
            }
            guard let task else { throw SentinelOneNetwork.unmatched(client) }
            return ActionReceipt(reference: task, state: .pending)
        }
    }

    func state(_ receipt: ActionReceipt) async throws -> ActionState {
        guard let task = receipt.reference else { return receipt.state }
        let page = try await client.page(
            .get("/remote-scripts/status", [("parent_task_id__in", task)], permission: Self.permission))
        let found = try SingleAnswer.read(client.vendor) { () throws(FieldRefusal) in
            let record = try page.first()
            return (
                status: try record?.text("status")?.lowercased(),
                detail: try record?.text(anyOf: "detailedStatus", "statusDescription")
            )
        }
        switch found.status {
        case nil, "created", "pending", "scheduled", "pending_user_action": return .pending
        case "completed": return .completed(found.detail ?? "The script has run.")
        case "failed": return .failed(found.detail ?? "The script failed.")
        case "canceled", "cancelled", "expired": return .failed("The script was not run: it was \(found.status ?? "").")
        default: return .inProgress
        }
    }

    private func identify(_ name: String) async throws -> String {
        let page = try await client.page(
            .get("/remote-scripts", [("query", name), ("limit", "100")], permission: Self.permission))
        let id = try SingleAnswer.read(client.vendor) { () throws(FieldRefusal) in
            for range in page.records {
                let script = try VendorRecord(page.bytes, range)
                if try script.text("scriptName") == name { return try script.text("id") }
            }
            return String?.none
        }
        guard let id else {
            throw ConnectorError.refused(
                vendor: client.vendor, status: 200, reason: "it has no script with the name “\(name)”")
        }
        return id
    }
}
