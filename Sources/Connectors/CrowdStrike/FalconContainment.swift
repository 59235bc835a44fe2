import Domain

/// Network containment. Falcon gives no id for it: a host's `status` tells when it has come about.
struct FalconContainment: Sendable {
    let client: FalconClient

    func change(_ device: String, to wanted: DeviceReport.Isolation) async throws -> ActionReceipt {
        let name = wanted == .isolated ? "contain" : "lift_containment"
        let request = VendorRequest.change(
            "/devices/entities/devices-actions/v2", .object([("ids", .texts([device]))]),
            query: [("action_name", name)],
            permission: "Hosts: Write")
        do {
            _ = try await client.page(request)
            return ActionReceipt(reference: device, state: .pending)
        } catch let error as ConnectorError {
            // A host that is already so is what was asked for.
            guard case .refused(_, 409, _) = error, try await isolation(device) == wanted else { throw error }
            return ActionReceipt(reference: device, state: .completed("It was so already."))
        }
    }

    func state(
        _ device: String, _ wanted: DeviceReport.Isolation, _ before: ActionState
    ) async throws -> ActionState {
        guard let isolation = try await isolation(device) else { return .failed("Falcon does not know the host.") }
        if isolation == wanted { return .completed(wanted == .isolated ? "contained" : "normal") }
        switch (isolation, wanted) {
        case (.isolating, .isolated), (.releasing, .none): return .inProgress
        default: return before
        }
    }

    /// Nil where there is no such host.
    private func isolation(_ device: String) async throws -> DeviceReport.Isolation? {
        let request = VendorRequest.ask(
            "/devices/entities/devices/v2", .object([("ids", .texts([device]))]), permission: "Hosts: Read")
        let page: FalconPage
        do {
            page = try await client.page(request)
        } catch let error as ConnectorError {
            guard case .refused(_, 404, _) = error else { throw error }
            return nil
        }
        return try SingleAnswer.read(client.vendor) { () throws(FieldRefusal) in
            guard let host = try page.first() else { return nil }
            return FalconDevices.isolation(try host.text("status"))
        }
    }
}
