import Domain

/// On-demand scans.
struct FalconScans: Sendable {
    let client: FalconClient

    func start(_ device: String, _ paths: [String], _ comment: String) async throws -> ActionReceipt {
        let body = RequestJSON.object([
            ("hosts", .texts([device])), ("file_paths", .texts(paths.isEmpty ? client.settings.scanPaths : paths)),
            ("description", .text(comment)), ("initiated_from", "garrison"), ("cpu_priority", 2),
            ("quarantine", false),
        ])
        let page = try await client.page(
            .change("/ods/entities/scans/v1", body, permission: "On-demand scans (ODS): Write"))
        let id = try SingleAnswer.read(client.vendor) { () throws(FieldRefusal) in try page.first()?.text("id") }
        guard let id else {
            throw ConnectorError.uncertain(vendor: client.vendor, reason: "it gives no id for the scan")
        }
        return ActionReceipt(reference: id, state: .pending)
    }

    func state(_ id: String) async throws -> ActionState {
        let page = try await client.page(
            .get("/ods/entities/scans/v2", [("ids", id)], permission: "On-demand scans (ODS): Read"))
        let status = try SingleAnswer.read(client.vendor) { () throws(FieldRefusal) in try page.first()?.text("status")
        }
        switch status?.lowercased() {
        case nil: return .failed("Falcon does not know the scan.")
        case "completed": return .completed("The scan is complete.")
        case "failed": return .failed("The scan failed.")
        case "canceled", "cancelled": return .failed("The scan was cancelled in Falcon.")
        case "pending", "scheduled": return .pending
        default: return .inProgress
        }
    }
}
