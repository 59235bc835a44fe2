import Domain
import FoundationEssentials

/// How one vendor says what HTTP leaves open.
protocol VendorDialect: Sendable {
    /// As people call it: `CrowdStrike Falcon`.
    var vendor: String { get }

    /// How long to wait after an answer with status 429 or 503, in seconds; nil where it does not say.
    func wait(after response: VendorResponse, now: Date) -> Double?

    /// Where a redirect leads; nil for nowhere that may be gone to.
    func origin(after response: VendorResponse) -> VendorOrigin?

    /// What the vendor says in the body of an answer that is no success, without a full stop.
    func reason(_ response: VendorResponse) -> String
}

extension VendorDialect {
    /// What an answer that more attempts will not change means.
    func refusal(_ response: VendorResponse, to request: VendorRequest) -> ConnectorError {
        switch response.status {
        case 401: .credentials(vendor: vendor, reason: reason(response))
        case 403: .permission(vendor: vendor, permission: request.permission, reason: reason(response))
        case 500...: .unavailable(vendor: vendor, status: response.status, reason: reason(response))
        default: .refused(vendor: vendor, status: response.status, reason: reason(response))
        }
    }
}
