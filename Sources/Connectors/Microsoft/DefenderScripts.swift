import Domain

/// Scripts by live response: an action like others whose output lies in storage for a while.
struct DefenderScripts: Sendable {
    let client: MicrosoftClient

    /// Bytes of output that are kept, and that are fetched for it.
    private static let longestOutput = 65_536
    private static let longestDownload = 1 << 20

    private var actions: DefenderActions { DefenderActions(client: client) }

    func start(
        _ machine: String, _ name: String, _ arguments: String, _ request: ActionRequest
    ) async throws -> ActionReceipt {
        for (value, what) in [(name, "script"), (arguments, "arguments")] {
            let isPlain = value.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "`") }
            guard isPlain else {
                throw ConnectorError.setting(name: what, reason: "it may hold no quotation marks and no line breaks")
            }
        }
        var parameters = [Self.parameter("ScriptName", name)]
        if !arguments.isEmpty { parameters.append(Self.parameter("Args", arguments)) }
        let command = RequestJSON.object([("type", "RunScript"), ("params", .list(parameters))])
        return try await actions.start(.script, machine, request, [("Commands", .list([command]))])
    }

    func state(_ machine: String, _ request: ActionRequest, _ receipt: ActionReceipt) async throws -> ActionState {
        let found =
            if let reference = receipt.reference { reference } else {
                try await actions.reference(.script, machine, request)
            }
        guard let reference = found else { return receipt.state }
        let state = try await actions.action(reference) { action throws(FieldRefusal) in
            if let failure = try Self.failure(action) { return ActionState.failed(failure) }
            return try DefenderActions.state(action)
        }
        guard case .completed = state else { return state ?? receipt.state }
        return try await output(reference)
    }

    private static func parameter(_ key: String, _ value: String) -> RequestJSON {
        .object([("key", .text(key)), ("value", .text(value))])
    }

    /// Why a command of the action failed; nil where none did.
    private static func failure(_ action: VendorRecord) throws(FieldRefusal) -> String? {
        for command in try action.records("commands") {
            guard try command.text("commandStatus")?.lowercased() == "failed" else { continue }
            let errors = try command.texts("errors")
            return errors.isEmpty ? "The script failed." : errors.joined(separator: " ")
        }
        return nil
    }

    /// What the script put out, where it can still be fetched.
    private func output(_ reference: String) async throws -> ActionState {
        let plain = ActionState.completed("The script ran; its output is in Defender.")
        let request = VendorRequest.get(
            "\(DefenderActions.actions)/\(PercentEncoding.encode(reference))/GetLiveResponseResultDownloadLink(index=0)",
            permission: DefenderActions.Kind.script.permission)
        let link = try await client.record(request, .defender) { answer throws(FieldRefusal) in
            try answer.text("value")
        }
        guard let link = link ?? nil, let bytes = try await client.download(link, limit: Self.longestDownload) else {
            return plain
        }
        let result = try? VendorRecord(bytes, 0..<bytes.count)
        let output = (try? result?.text("script_output")) ?? String(decoding: bytes, as: UTF8.self)
        let errors = (try? result?.text("script_errors")) ?? ""
        if let code = try? result?.integer("exit_code"), code != 0 {
            return .failed(String("The script ended with \(code). \(errors)".prefix(Self.longestOutput)))
        }
        return .completed(String(output.prefix(Self.longestOutput)))
    }
}
