import Domain
import FoundationEssentials

/// Actions on machines. Each is a thing of its own in Defender, with an id, a status and the comment that it was asked
/// for with: our own id in it finds an action again whose answer was lost.
struct DefenderActions: Sendable {
    let client: MicrosoftClient

    /// What is asked for, and what Defender calls it afterwards.
    enum Kind: String, Sendable {
        case isolate = "Isolate"
        case release = "Unisolate"
        case scan = "RunAntiVirusScan"
        case script = "LiveResponse"

        var path: String {
            switch self {
            case .isolate: "isolate"
            case .release: "unisolate"
            case .scan: "runAntiVirusScan"
            case .script: "runliveresponse"
            }
        }

        var permission: String {
            switch self {
            case .isolate, .release: "WindowsDefenderATP: Machine.Isolate"
            case .scan: "WindowsDefenderATP: Machine.Scan"
            case .script: "WindowsDefenderATP: Machine.LiveResponse"
            }
        }
    }

    static let actions = "/api/machineactions"
    private static let reading = "WindowsDefenderATP: Machine.Read.All"

    /// - Parameter fields: of the request, beside the comment.
    func start(
        _ kind: Kind, _ machine: String, _ request: ActionRequest, _ fields: [(String, RequestJSON)]? = nil
    ) async throws -> ActionReceipt {
        let body = RequestJSON.object([("Comment", .text(comment(request)))] + (fields ?? self.fields(kind)))
        let order = VendorRequest.change(
            "/api/machines/\(PercentEncoding.encode(machine))/\(kind.path)", body, permission: kind.permission)
        do {
            let (id, state) = try await client.send(order, .defender) { response throws(FieldRefusal) in
                let action = try VendorRecord(response.body, 0..<response.body.count)
                return (try action.requiredText("id"), try Self.state(action))
            }
            return ActionReceipt(reference: id, state: state)
        } catch let error as ConnectorError {
            // One that is already on its way is what was asked for; it may have come about meanwhile.
            guard case .refused(_, 400, let reason) = error, reason.contains("ActiveRequestAlreadyExists"),
                let newest = try await newest(kind, machine)
            else { throw error }
            return newest
        }
    }

    func state(
        _ kind: Kind, _ machine: String, _ request: ActionRequest, _ receipt: ActionReceipt
    ) async throws -> ActionState {
        if let reference = receipt.reference {
            return try await action(reference) { action throws(FieldRefusal) in try Self.state(action) }
                ?? receipt.state
        }
        let mark = Self.mark(request)
        // What cannot be found may not be listed yet: its outcome stays unknown.
        return try await actions(kind, machine) { action throws(FieldRefusal) in
            try action.text("requestorComment")?.contains(mark) == true ? try Self.state(action) : nil
        }.first ?? receipt.state
    }

    /// The id of an action whose answer was lost.
    func reference(_ kind: Kind, _ machine: String, _ request: ActionRequest) async throws -> String? {
        let mark = Self.mark(request)
        return try await actions(kind, machine) { action throws(FieldRefusal) in
            try action.text("requestorComment")?.contains(mark) == true ? try action.text("id") : nil
        }.first
    }

    /// One action; nil where Defender does not show it, or not yet.
    func action<Value>(
        _ id: String, reading: (VendorRecord) throws(FieldRefusal) -> Value
    ) async throws -> Value? {
        try await client.record(
            .get("\(Self.actions)/\(PercentEncoding.encode(id))", permission: Self.reading), .defender,
            reading: reading)
    }

    static func state(_ action: VendorRecord) throws(FieldRefusal) -> ActionState {
        let type = try action.text("type") ?? "The action"
        switch try action.text("status")?.lowercased() {
        case "pending": return .pending
        case "succeeded": return .completed("\(type) succeeded.")
        case "failed":
            return .failed(try action.text("errorHResult").map { "\(type) failed: \($0)." } ?? "\(type) failed.")
        case "timeout": return .failed("\(type) was not done in time: the device did not answer.")
        case "cancelled", "canceled": return .failed("\(type) was cancelled in Defender.")
        default: return .inProgress
        }
    }

    private func newest(_ kind: Kind, _ machine: String) async throws -> ActionReceipt? {
        let found = try await actions(kind, machine) { action throws(FieldRefusal) in
            (
                began: try action.date("creationDateTimeUtc") ?? .distantPast,
                receipt: ActionReceipt(reference: try action.requiredText("id"), state: try Self.state(action))
            )
        }
        return found.max { $0.began < $1.began }?.receipt
    }

    /// What is known of the actions of a kind on a machine.
    private func actions<Value>(
        _ kind: Kind, _ machine: String, _ value: (VendorRecord) throws(FieldRefusal) -> Value?
    ) async throws -> [Value] {
        let filter = "machineId eq '\(machine.replacing("'", with: "''"))' and type eq '\(kind.rawValue)'"
        let page = try await client.page(
            .get(Self.actions, [("$filter", filter), ("$top", "1000")], permission: Self.reading), .defender)
        var values: [Value] = []
        for element in page.elements {
            if let found = try? value(try VendorRecord(page.bytes, element)) { values.append(found) }
        }
        return values
    }

    private func fields(_ kind: Kind) -> [(String, RequestJSON)] {
        switch kind {
        case .isolate: [("IsolationType", .text(client.settings.isolation.rawValue))]
        case .scan: [("ScanType", .text(client.settings.scan.rawValue))]
        case .release, .script: []
        }
    }

    private func comment(_ request: ActionRequest) -> String {
        request.comment.isEmpty ? Self.mark(request) : "\(request.comment) \(Self.mark(request))"
    }

    private static func mark(_ request: ActionRequest) -> String { "[garrison \(request.id.uuidString.lowercased())]" }
}
