import Domain

/// Whose data is read: the account itself, or one of a partner's or an organisation's.
struct SophosTenant: Sendable {
    let id: String
    let name: String
    let origin: VendorOrigin
}

/// An id of a thing of a tenant. Where an account has several tenants, the tenant's stands in front of it.
struct SophosID: Sendable {
    let tenant: String?
    let id: String

    init(_ text: String) {
        let sides = text.split(separator: "/", maxSplits: 1)
        tenant = sides.count == 2 ? String(sides[0]) : nil
        id = sides.count == 2 ? String(sides[1]) : text
    }

    /// In a path: what people enter may not lead elsewhere.
    var path: String { PercentEncoding.encode(id) }
}
