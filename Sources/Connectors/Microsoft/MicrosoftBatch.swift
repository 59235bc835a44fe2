import Domain
import FoundationEssentials

/// Several questions to Graph in one request: `$batch`. Each has an answer of its own, which may be “not now” while the
/// others are there; only such are asked again.
struct MicrosoftBatch: Sendable {
    /// The version of Graph that they are for: `/v1.0` or `/beta`.
    let api: String
    let permission: String
    let client: MicrosoftClient

    /// Graph's limit.
    private static let most = 20

    /// What was answered to one question.
    private struct Answer {
        let id: Int
        let status: Int
        let wait: Double?
        let body: VendorRecord?

        init(_ record: VendorRecord) throws(FieldRefusal) {
            guard let id = Int(try record.requiredText("id")), let status = try record.integer("status") else {
                throw FieldRefusal(field: "responses", reason: "has an answer without id or status")
            }
            self.id = id
            self.status = status
            wait = try record.record("headers")?.text(anyOf: "Retry-After", "retry-after").flatMap { Double($0) }
            // What failed may have a body that is a text.
            body = try 200..<300 ~= status ? record.record("body") : try? record.record("body")
        }
    }

    /// What is answered, in the order of the questions; nil for what does not exist or is not for that thing.
    ///
    /// - Parameter paths: behind the version, with their queries.
    func get(_ paths: [String]) async throws -> [VendorRecord?] {
        var answers = [VendorRecord?](repeating: nil, count: paths.count)
        for start in stride(from: 0, to: paths.count, by: Self.most) {
            let end = min(start + Self.most, paths.count)
            try await get(paths, Array(start..<end), into: &answers)
        }
        return answers
    }

    /// The records of a listing that was asked for in a batch, with those of its further pages.
    func records(_ answer: VendorRecord?) async throws -> [VendorRecord] {
        guard let answer else { return [] }
        var (records, link) = try read { () throws(FieldRefusal) in
            (try answer.records("value"), try answer.text("@odata.nextLink"))
        }
        while let next = link {
            let request = try client.request(following: next, permission: permission)
            let (more, further) = try await client.send(request, .graph) { response throws(FieldRefusal) in
                let root = try VendorRecord(response.body, 0..<response.body.count)
                return (try root.records("value"), try root.text("@odata.nextLink"))
            }
            records += more
            link = further
        }
        return records
    }

    private func read<Value>(_ body: () throws(FieldRefusal) -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw ConnectorError.broken(
                host: "Microsoft Graph", reason: "the field \(error.field) of its answer \(error.reason)")
        }
    }

    private func get(_ paths: [String], _ indices: [Int], into answers: inout [VendorRecord?]) async throws {
        var open = indices
        var attempt = 1
        while !open.isEmpty {
            var wait: Double?
            var busy: Int?
            for answer in try await ask(paths, open) where open.contains(answer.id) {
                switch answer.status {
                case 200..<300: answers[answer.id] = answer.body
                case 429, 500...:
                    wait = max(wait ?? 0, answer.wait ?? 0)
                    busy = answer.status
                    continue
                case 400, 404, 410: answers[answer.id] = nil
                default: throw refusal(answer)
                }
                open.removeAll { $0 == answer.id }
            }
            guard !open.isEmpty else { return }
            attempt += 1
            try await pause(before: attempt, asked: wait, status: busy)
        }
    }

    /// - Throws: when it is not worth waiting.
    private func pause(before attempt: Int, asked: Double?, status: Int?) async throws {
        let patience = client.patience
        let asked = asked ?? 0
        guard attempt <= patience.attempts, asked <= Double(patience.longestWait.components.seconds) else {
            if status == 429 { throw ConnectorError.throttled(vendor: "Microsoft Graph", seconds: Int(asked)) }
            throw ConnectorError.unavailable(
                vendor: "Microsoft Graph", status: status ?? 500, reason: "a part of a batch is not answered")
        }
        try await Task.sleep(for: asked > 0 ? .seconds(asked) : patience.wait(before: attempt))
    }

    private func ask(_ paths: [String], _ indices: [Int]) async throws -> [Answer] {
        let requests = indices.map { index in
            RequestJSON.object([("id", .text("\(index)")), ("method", "GET"), ("url", .text(paths[index]))])
        }
        let request = VendorRequest.ask(
            "\(api)/$batch", .object([("requests", .list(requests))]), permission: permission)
        return try await client.send(request, .graph) { response throws(FieldRefusal) in
            let root = try VendorRecord(response.body, 0..<response.body.count)
            guard root.holds("responses") else { throw FieldRefusal(field: "responses", reason: "is missing") }
            return try root.records("responses").map { record throws(FieldRefusal) in try Answer(record) }
        }
    }

    private func refusal(_ answer: Answer) -> ConnectorError {
        let reason = answer.body.flatMap { try? MicrosoftDialect.reason($0) } ?? "it gives no reason"
        switch answer.status {
        case 401: return .credentials(vendor: "Microsoft Graph", reason: reason)
        case 403: return .permission(vendor: "Microsoft Graph", permission: permission, reason: reason)
        default: return .refused(vendor: "Microsoft Graph", status: answer.status, reason: reason)
        }
    }
}
