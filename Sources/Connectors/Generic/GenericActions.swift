import Domain
import FoundationEssentials

/// What a declared vendor can do.
struct GenericActions: Sendable {
    let client: GenericClient

    func perform(_ request: ActionRequest) async throws -> ActionReceipt {
        let action = try action(request)
        let values = try values(request, action)
        guard
            let change = action.request.filled(
                values, headers: client.headers, permission: request.action.name, isRepeatable: false)
        else { throw ConnectorError.setting(name: "id", reason: "an action needs to know what it is for") }
        return try await ActionReceipt.of(nil) {
            try await client.send(change) { response throws(FieldRefusal) in
                guard let path = action.reference else { return receipt(action, nil) }
                guard let reference = path.values(in: try JSONTree(response.body)).first?.scalar else {
                    throw FieldRefusal(field: "", reason: "does not name what was begun")
                }
                return receipt(action, reference)
            }
        }
    }

    func state(of request: ActionRequest, _ receipt: ActionReceipt) async throws -> ActionState {
        let action = try action(request)
        guard let status = action.status else { return receipt.state }
        var values = try values(request, action)
        values["reference"] = receipt.reference
        // Without a reference an action whose answer was lost can only be found by what it was for.
        guard status.request.places.allSatisfy({ values[$0] != nil }),
            let question = status.request.filled(
                values, headers: client.headers, permission: request.action.name, isRepeatable: true)
        else { return receipt.state }
        return try await client.send(question) { response throws(FieldRefusal) in
            let tree = try JSONTree(response.body)
            let message = status.message.flatMap { $0.values(in: tree).first?.scalar }
            switch try status.state.text(in: tree) {
            case "completed": return .completed(message ?? "The vendor says that it is done.")
            case "failed": return .failed(message ?? "The vendor says that it failed.")
            case "pending": return Self.going(receipt.state, .pending, action)
            case "in_progress": return .inProgress
            default: return receipt.state
            }
        }
    }

    /// What is asked by the device alone may be about an earlier time: it does not tell that a lost action was taken.
    private static func going(
        _ before: ActionState, _ now: ActionState, _ action: Declaration.Action
    ) -> ActionState {
        if case .unknown = before { return before }
        return now
    }

    /// Where nothing follows an action, that the vendor took it is all that is known.
    private func receipt(_ action: Declaration.Action, _ reference: String?) -> ActionReceipt {
        let state = action.status == nil ? ActionState.completed("The vendor took it.") : .pending
        return ActionReceipt(reference: reference, state: state)
    }

    private func action(_ request: ActionRequest) throws -> Declaration.Action {
        guard let action = client.settings.declaration.actions[request.action.name] else {
            throw ConnectorError.unsupported(vendor: client.vendor, action: request.action.name)
        }
        return action
    }

    private func values(_ request: ActionRequest, _ action: Declaration.Action) throws -> [String: String] {
        var values = ["comment": request.comment, "id": "\(request.id)".lowercased()]
        switch request.action {
        case .isolate(let device), .release(let device), .sync(let device), .updateSignatures(let device):
            values["device"] = device
        case .scan(let device, let paths):
            guard paths.isEmpty else {
                throw ConnectorError.unsupported(vendor: client.vendor, action: "scan only some paths")
            }
            values["device"] = device
        case .runScript(let device, let name, let arguments):
            values["device"] = device
            values["name"] = name
            values["arguments"] = arguments
        case .setAlertStatus(let alert, let status):
            values["alert"] = alert
            values["status"] = try word(status.rawValue, action, request)
        case .setAlertVerdict(let alert, let verdict):
            values["alert"] = alert
            values["verdict"] = try word(verdict.rawValue, action, request)
        }
        for thing in ["device", "alert"] where values[thing]?.isEmpty == true {
            throw ConnectorError.setting(name: "id", reason: "an action needs to know what it is for")
        }
        return values
    }

    /// The vendor's word; without a table ours is the vendor's.
    private func word(_ ours: String, _ action: Declaration.Action, _ request: ActionRequest) throws -> String {
        if action.words.isEmpty { return ours }
        guard let word = action.words[ours] else {
            throw ConnectorError.unsupported(vendor: client.vendor, action: "\(request.action.name) to \(ours)")
        }
        return word
    }
}
