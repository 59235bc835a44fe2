import Domain
import FoundationEssentials

/// How Sophos' interface says what HTTP leaves open.
struct SophosDialect: VendorDialect {
    /// Whose data is asked for, where an account has several tenants.
    var tenant: String?

    var vendor: String { "Sophos Central" }

    /// The vendor does not promise to say how long; where it does, it is obeyed.
    func wait(after response: VendorResponse, now: Date) -> Double? { response.retryAfter(now: now) }

    func origin(after response: VendorResponse) -> VendorOrigin? { nil }

    /// `{"error": "TooManyRequests", "message": "…"}`; tokens are refused with `{"errorCode": …, "message": …}`.
    func reason(_ response: VendorResponse) -> String {
        let said = try? VendorRecord(response.body, 0..<response.body.count)
            .text(anyOf: "message", "error", "errorCode")
        let reason = said ?? "it answers with status \(response.status) and no reason"
        return tenant.map { "tenant \($0): \(reason)" } ?? reason
    }
}
