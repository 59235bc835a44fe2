import Domain
import FoundationEssentials
import Inventories

/// Full disk scans. They have no ids: an endpoint tells how its last one went, and whether that is the one that was
/// asked for is told by when it ended.
struct SentinelOneScans: Sendable {
    let client: SentinelOneClient

    func start(_ agent: String, _ paths: [String]) async throws -> ActionReceipt {
        guard paths.isEmpty else {
            throw ConnectorError.unsupported(vendor: client.vendor, action: "scan only some paths")
        }
        // Taken before, so that the scan can be told even when the answer is lost.
        guard let before = try await scan(agent) else { throw SentinelOneNetwork.unmatched(client) }
        return try await ActionReceipt.of(before.ended) {
            let affected = try await client.change(
                "/agents/actions/initiate-scan", ids: [agent], permission: "Endpoints: Initiate scan")
            guard affected > 0 else { throw SentinelOneNetwork.unmatched(client) }
            return ActionReceipt(reference: before.ended, state: .pending)
        }
    }

    func state(_ agent: String, _ receipt: ActionReceipt) async throws -> ActionState {
        guard let scan = try await scan(agent) else { return .failed("SentinelOne does not know the endpoint.") }
        if scan.status == "started" { return .inProgress }
        guard scan.ended != receipt.reference else { return receipt.state }
        switch scan.status {
        case "finished": return .completed("The scan is complete.")
        case "aborted": return .failed("The scan was aborted.")
        default: return receipt.state
        }
    }

    private struct Scan {
        let status: String?
        /// When the last one ended, however it did; empty when there was none.
        let ended: String
    }

    private func scan(_ agent: String) async throws -> Scan? {
        try await SentinelOneAgent.find(agent, client) { record throws(FieldRefusal) in
            let finished = try record.text("scanFinishedAt") ?? ""
            let aborted = try record.text("scanAbortedAt") ?? ""
            return Scan(status: try record.text("scanStatus")?.lowercased(), ended: "\(finished) \(aborted)")
        }
    }
}
