import Domain

/// Scripts by Real Time Response: a session with the host, a command in it, and output that comes in numbered pieces.
struct FalconScripts: Sendable {
    let client: FalconClient

    private static let permission = "Real time response (admin): Write"
    private static let command = "/real-time-response/entities/admin-command/v1"
    /// Characters of output that are kept.
    private static let longestOutput = 65_536
    private static let mostPieces = 1_000

    func start(_ device: String, _ name: String, _ arguments: String) async throws -> ActionReceipt {
        for (value, what) in [(name, "script"), (arguments, "arguments")] {
            let isPlain = value.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "`") }
            guard isPlain else {
                throw ConnectorError.setting(name: what, reason: "it may hold no quotation marks and no line breaks")
            }
        }
        let session = try await session(device)
        let line = "runscript -CloudFile=\"\(name)\" -CommandLine=\"\(arguments)\""
        let body = RequestJSON.object([
            ("base_command", "runscript"), ("command_string", .text(line)), ("session_id", .text(session)),
            ("device_id", .text(device)), ("persist", false), ("id", 0),
        ])
        let page = try await client.page(.change(Self.command, body, permission: Self.permission))
        let id = try SingleAnswer.read(client.vendor) { () throws(FieldRefusal) in
            try page.first()?.text("cloud_request_id")
        }
        guard let id else {
            throw ConnectorError.uncertain(vendor: client.vendor, reason: "it gives no id for the command")
        }
        return ActionReceipt(reference: id, state: .pending)
    }

    func state(_ id: String) async throws -> ActionState {
        var output = ""
        var complaints = ""
        for sequence in 0..<Self.mostPieces {
            let page = try await client.page(
                .get(
                    Self.command, [("cloud_request_id", id), ("sequence_id", "\(sequence)")],
                    permission: Self.permission))
            let piece = try SingleAnswer.read(client.vendor) { () throws(FieldRefusal) in
                try page.first().map(Piece.init)
            }
            guard let piece else { return sequence == 0 ? .pending : .inProgress }
            Self.append(piece.output, to: &output)
            Self.append(piece.complaints, to: &complaints)
            if piece.isComplete { return complaints.isEmpty ? .completed(output) : .failed(complaints) }
            if piece.isEmpty { return .inProgress }
        }
        return .unknown("The output of the script does not end.")
    }

    /// Asking for a session gives the one there is, so that it can be asked for again.
    private func session(_ device: String) async throws -> String {
        var request = VendorRequest.change(
            "/real-time-response/entities/sessions/v1",
            .object([("device_id", .text(device)), ("queue_offline", false), ("origin", "garrison")]),
            permission: "Real time response: Write")
        request.isRepeatable = true
        let page: FalconPage
        do {
            page = try await client.page(request)
        } catch ConnectorError.refused(let vendor, 404, let reason) {
            // A host that is switched off has no session now, and may have one later.
            throw ConnectorError.unavailable(vendor: vendor, status: 404, reason: reason)
        }
        let id = try SingleAnswer.read(client.vendor) { () throws(FieldRefusal) in try page.first()?.text("session_id")
        }
        guard let id else {
            throw ConnectorError.refused(
                vendor: client.vendor, status: 200, reason: "it opens no session with the host")
        }
        return id
    }

    private static func append(_ text: String, to output: inout String) {
        output += text.prefix(max(0, longestOutput - output.count))
    }

    private struct Piece {
        let output: String
        let complaints: String
        let isComplete: Bool

        init(_ record: VendorRecord) throws(FieldRefusal) {
            output = try record.text("stdout") ?? ""
            complaints = try record.text("stderr") ?? ""
            isComplete = try record.flag("complete") ?? false
        }

        var isEmpty: Bool { output.isEmpty && complaints.isEmpty }
    }
}
