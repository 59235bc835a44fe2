import Domain
import FoundationEssentials

/// How Falcon's interface says what HTTP leaves open.
struct FalconDialect: VendorDialect {
    let regions: [String: VendorOrigin]

    var vendor: String { "CrowdStrike Falcon" }

    /// `X-RateLimit-RetryAfter` is a moment in Unix seconds by the server's clock, not a span.
    func wait(after response: VendorResponse, now: Date) -> Double? {
        if let moment = response.header("X-RateLimit-RetryAfter").flatMap({ Double($0) }), moment.isFinite {
            return max(0, moment - response.time(or: now).timeIntervalSince1970)
        }
        return response.retryAfter(now: now)
    }

    /// The cloud that `X-Cs-Region` names, else the one that `Location` leads to.
    func origin(after response: VendorResponse) -> VendorOrigin? {
        if let name = response.header("X-Cs-Region"), let origin = regions[name.lowercased()] { return origin }
        guard let origin = response.header("Location").flatMap({ VendorOrigin($0) }) else { return nil }
        return regions.values.contains(origin) ? origin : nil
    }

    func reason(_ response: VendorResponse) -> String {
        guard let page = try? FalconPage(response), !page.errors.isEmpty else {
            return "it answers with status \(response.status) and no reason"
        }
        return page.errors.map(\.message).joined(separator: "; ")
    }
}
