import Domain

/// An address out of an answer. Tokens go along with it, so it is held against a list of hosts.
struct MicrosoftLink {
    let origin: VendorOrigin
    /// With the query, exactly as it came: paging tokens in it are not ours to read.
    let path: String

    /// - Parameter ends: of names of hosts that may be gone to with TLS, too.
    init(_ link: String, allowed: Set<VendorOrigin>, ends: [String] = []) throws(ConnectorError) {
        let bytes = link.utf8
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let scheme = link.firstRange(of: "://") else {
            throw .broken(host: "Microsoft", reason: "the address of its next page is none")
        }
        let start = link[scheme.upperBound...].firstIndex { $0 == "/" || $0 == "?" } ?? link.endIndex
        let address = String(link[..<start])
        guard let origin = VendorOrigin(address) else {
            throw .broken(host: "Microsoft", reason: "the address of its next page is none")
        }
        let isStorage = origin.scheme == "https" && ends.contains { origin.host.hasSuffix($0) }
        guard allowed.contains(origin) || isStorage else {
            throw .setting(
                name: "link_urls",
                reason: "a next page is at \(origin.plain), which is none of the addresses that may be followed; "
                    + "add it if it is Microsoft's")
        }
        self.origin = origin
        path = link[start...].hasPrefix("/") ? String(link[start...]) : "/\(link[start...])"
    }
}
