import Domain
import FoundationEssentials
import Inventories

/// Scans. Sophos takes them and does not say how they go; that one is over is told by an event of its endpoint.
struct SophosScans: Sendable {
    let client: SophosClient

    private static let mostPages = 50

    func start(_ device: String, _ paths: [String]) async throws -> ActionReceipt {
        guard paths.isEmpty else {
            throw ConnectorError.unsupported(vendor: client.vendor, action: "scan only some paths")
        }
        let id = SophosID(device)
        let tenant = try await client.tenant(of: id)
        let now = Date().addingTimeInterval(try await client.found().skew)
        // By when it was asked for its end is told from that of an earlier one, even when the answer is lost.
        let reference = RFC3339.string(now)
        return try await ActionReceipt.of(reference) {
            try await client.send(
                .change(
                    "/endpoint/v1/endpoints/\(id.path)/scans", .object([]), permission: "Endpoints: Scan"), to: tenant
            ) { response throws(FieldRefusal) in
                let answer = try VendorRecord(response.body, 0..<response.body.count)
                let requested = try answer.text("requestedAt") ?? reference
                return ActionReceipt(reference: requested, state: .pending)
            }
        }
    }

    func state(_ device: String, _ receipt: ActionReceipt) async throws -> ActionState {
        let id = SophosID(device)
        let tenant = try await client.tenant(of: id)
        let now = Date().addingTimeInterval(try await client.found().skew)
        guard let begun = receipt.reference.flatMap({ RFC3339.date($0) }) else { return receipt.state }
        guard now.timeIntervalSince(begun) < client.settings.eventLookback else {
            return .failed("Sophos did not say within a day that the scan was over.")
        }
        var key: String?
        for _ in 0..<Self.mostPages {
            let question = SophosQuestion(client: client, since: begun, now: now, limit: nil)
            let page = try await SophosAlerts.events(tenant, key, question)
            for range in page.items where try isEnd(page, range, of: id.id, begun) {
                return .completed("The scan is complete.")
            }
            guard let next = page.next, !page.items.isEmpty else { break }
            key = next
        }
        return receipt.state == .pending ? .inProgress : receipt.state
    }

    private func isEnd(_ page: SophosPage, _ range: Range<Int>, of endpoint: String, _ begun: Date) throws -> Bool {
        try SingleAnswer.read(client.vendor) { () throws(FieldRefusal) in
            let event = try VendorRecord(page.bytes, range)
            guard try event.text("type") == client.settings.scanEvent, try event.text("endpoint_id") == endpoint
            else { return false }
            return try event.date("created_at").map { $0 >= begun } ?? false
        }
    }
}
