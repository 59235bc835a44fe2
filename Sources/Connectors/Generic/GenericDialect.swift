import Domain
import FoundationEssentials

/// How a declared interface says what HTTP leaves open.
struct GenericDialect: VendorDialect {
    let vendor: String
    let reasonPath: FieldPath?

    func wait(after response: VendorResponse, now: Date) -> Double? { response.retryAfter(now: now) }
    func origin(after response: VendorResponse) -> VendorOrigin? { nil }

    func reason(_ response: VendorResponse) -> String {
        let said = reasonPath.flatMap { path in
            (try? JSONTree(response.body)).flatMap { path.values(in: $0).first?.scalar }
        }
        return said.map { String($0.prefix(500)) } ?? "it answers with status \(response.status) and no reason"
    }
}
