import FoundationEssentials
import NIOHTTP1

/// A complete answer of a vendor.
struct VendorResponse: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    func header(_ name: String) -> String? { headers.first(name: name) }

    /// What the server's clock shows, which may differ from ours; ours where it does not say.
    func time(or now: Date) -> Date { header("Date").flatMap { HTTPDate.parse($0) } ?? now }
}
