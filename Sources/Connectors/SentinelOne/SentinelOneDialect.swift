import Domain
import FoundationEssentials

/// How SentinelOne's interface says what HTTP leaves open.
struct SentinelOneDialect: VendorDialect {
    var vendor: String { "SentinelOne" }

    /// A console does not promise to say how long; where it does, it is obeyed.
    func wait(after response: VendorResponse, now: Date) -> Double? { response.retryAfter(now: now) }

    /// A console is where its customer says; the token goes nowhere else.
    func origin(after response: VendorResponse) -> VendorOrigin? { nil }

    func reason(_ response: VendorResponse) -> String {
        let reasons = (try? SentinelOneFault.list(in: response)) ?? []
        return reasons.isEmpty
            ? "it answers with status \(response.status) and no reason" : reasons.map(\.text).joined(separator: "; ")
    }
}

/// What stands in `errors`: `{"code": 4000010, "title": "Validation Error", "detail": "…"}`.
struct SentinelOneFault: Sendable {
    let title: String
    let detail: String?

    var text: String { detail.map { "\(title): \($0)" } ?? title }

    static func list(in response: VendorResponse) throws(FieldRefusal) -> [SentinelOneFault] {
        let root = try VendorRecord(response.body, 0..<response.body.count)
        return try root.records("errors").map { error throws(FieldRefusal) in
            SentinelOneFault(title: try error.text("title") ?? "no reason given", detail: try error.text("detail"))
        }
    }
}
