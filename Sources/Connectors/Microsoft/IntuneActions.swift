import Domain
import FoundationEssentials
import Inventories

/// Actions on devices that Intune manages. They are answered with nothing: the device's own list of what was done to it
/// tells, and the reference is the moment, by Intune's clock, behind which to look in it.
struct IntuneActions: Sendable {
    let client: MicrosoftClient

    enum Kind: String, Sendable {
        case sync = "syncDevice"
        case scan = "windowsDefenderScan"
        case updateSignatures = "windowsDefenderUpdateSignatures"
    }

    private static let permission = "Microsoft Graph: DeviceManagementManagedDevices.PrivilegedOperations.All"
    /// The clock in headers has no fractions.
    private static let tolerance = 1.0

    func start(_ kind: Kind, _ device: String) async throws -> ActionReceipt {
        // A device that Intune does not know is refused here, before anything is sent.
        let moment = try await client.send(asking(device), .graph) { response throws(FieldRefusal) in
            _ = try VendorRecord(response.body, 0..<response.body.count).requiredText("id")
            return response.time(or: Date())
        }
        let reference = RFC3339.string(moment)
        var order = VendorRequest.change(
            "\(path(device))/\(kind.rawValue)", .object([]), permission: Self.permission)
        switch kind {
        case .scan: order.body = .json(.object([("quickScan", .flag(client.settings.scan == .quick))]))
        case .sync, .updateSignatures: order.body = .none
        }
        do {
            try await client.send(order, .graph) { _ in }
            return ActionReceipt(reference: reference, state: .pending)
        } catch let error as ConnectorError {
            guard case .uncertain = error else { throw error }
            return ActionReceipt(reference: reference, state: .unknown(error.message))
        }
    }

    func state(_ kind: Kind, _ device: String, _ receipt: ActionReceipt) async throws -> ActionState {
        guard let moment = receipt.reference.flatMap({ RFC3339.date($0) }) else { return receipt.state }
        let earliest = moment.addingTimeInterval(-Self.tolerance)
        let state = try await client.record(asking(device), .graph) { record throws(FieldRefusal) in
            try Self.state(kind, record, since: earliest) ?? receipt.state
        }
        return state ?? .failed("Intune does not know the device any more.")
    }

    /// Nil where the device's list has nothing of it.
    private static func state(
        _ kind: Kind, _ device: VendorRecord, since: Date
    ) throws(FieldRefusal) -> ActionState? {
        var newest: (began: Date, state: String?)?
        for result in try device.records("deviceActionResults") {
            guard try result.text("actionName")?.lowercased() == kind.rawValue.lowercased(),
                let began = try result.date("startDateTime"), began >= since, began >= newest?.began ?? since
            else { continue }
            newest = (began, try result.text("actionState"))
        }
        // A device that has reported since has fetched its policies, listed or not.
        if kind == .sync, let last = try device.date("lastSyncDateTime"), last > since.addingTimeInterval(tolerance) {
            return .completed("The device has reported.")
        }
        guard let newest else { return nil }
        switch newest.state?.lowercased() {
        case "done": return .completed("\(kind.rawValue) is done.")
        case "failed": return .failed("\(kind.rawValue) failed on the device.")
        case "canceled": return .failed("\(kind.rawValue) was cancelled in Intune.")
        case "notsupported": return .failed("The device does not support \(kind.rawValue).")
        case "active": return .inProgress
        default: return .pending
        }
    }

    private func path(_ device: String) -> String { "\(IntuneDevices.path)/\(PercentEncoding.encode(device))" }

    private func asking(_ device: String) -> VendorRequest {
        .get(
            path(device), [("$select", "id,lastSyncDateTime,deviceActionResults")],
            permission: IntuneDevices.permission)
    }
}
