import Domain
import FoundationEssentials

/// Who the credentials are and which tenants they reach. What is found out holds for a while.
actor SophosAccount {
    /// What the credentials belong to.
    enum Kind: String, Sendable { case tenant, partner, organization }

    struct Found: Sendable {
        let kind: Kind
        /// In the order of their ids, in which they are read.
        let tenants: [SophosTenant]
        /// How far the vendor's clock is ahead of ours, in seconds.
        let skew: Double

        var hasSeveral: Bool { kind != .tenant }
    }

    private let settings: SophosSettings
    private let session: VendorSession
    private var found: (Found, until: ContinuousClock.Instant)?

    private static let patience = Duration.seconds(600)
    private static let mostPages = 10_000

    init(_ settings: SophosSettings, _ session: VendorSession) {
        self.settings = settings
        self.session = session
    }

    func current() async throws -> Found {
        if let found, .now < found.until { return found.0 }
        let fresh = try await ask()
        found = (fresh, .now + Self.patience)
        return fresh
    }

    /// By how much the vendor's clock is ahead: none where the time that it told, in whole seconds, can be ours at any moment
    /// between the question and the answer, which a busy machine may read late.
    private static func skew(_ told: Date, asked: Date, answered: Date) -> Double {
        let (least, most) = (told.timeIntervalSince(answered), told.timeIntervalSince(asked) + 1)
        return least > 0 ? least : min(most, 0)
    }

    private func ask() async throws -> Found {
        let request = VendorRequest.get("/whoami/v1", permission: "Service Principal ReadOnly")
        let asked = Date()
        let (id, word, host, skew) = try await session.send(request) { response throws(FieldRefusal) in
            let answer = try VendorRecord(response.body, 0..<response.body.count)
            let answered = Date()
            return (
                try answer.requiredText("id"), try answer.requiredText("idType"),
                try answer.record("apiHosts")?.text("dataRegion"),
                Self.skew(response.time(or: answered), asked: asked, answered: answered)
            )
        }
        guard let kind = Kind(rawValue: word.lowercased()) else {
            throw ConnectorError.refused(
                vendor: session.dialect.vendor, status: 200, reason: "it says that the account is a “\(word)”")
        }
        if kind == .tenant {
            guard let origin = host.flatMap({ VendorOrigin($0) }), settings.isTrusted(origin) else {
                throw ConnectorError.broken(
                    host: settings.base.host, reason: "it names “\(host ?? "")” as the place of the data")
            }
            return Found(kind: kind, tenants: [SophosTenant(id: id, name: id, origin: origin)], skew: skew)
        }
        let tenants = try await tenants(of: kind, id).filter { settings.includes($0) }
        guard !tenants.isEmpty else {
            throw ConnectorError.setting(name: "tenants", reason: "the account has none of these")
        }
        return Found(kind: kind, tenants: tenants.sorted { $0.id < $1.id }, skew: skew)
    }

    private func tenants(of kind: Kind, _ id: String) async throws -> [SophosTenant] {
        let header = kind == .partner ? "X-Partner-ID" : "X-Organization-ID"
        var tenants: [SophosTenant] = []
        for number in 1...Self.mostPages {
            var request = VendorRequest.get(
                "/\(kind.rawValue)/v1/tenants", [("pageTotal", "true"), ("page", "\(number)")],
                permission: "Tenants: Read")
            request.headers = [(header, id)]
            let page = try await session.send(request) { response throws(FieldRefusal) in try SophosPage(response) }
            for range in page.items {
                let entry = try SingleAnswer.read(session.dialect.vendor) { () throws(FieldRefusal) in
                    try tenant(try VendorRecord(page.bytes, range))
                }
                if let entry { tenants.append(entry) }
            }
            if page.items.isEmpty || number >= page.total ?? 1 { break }
        }
        return tenants
    }

    /// Nil for a tenant that has no place yet.
    private func tenant(_ record: VendorRecord) throws(FieldRefusal) -> SophosTenant? {
        let id = try record.requiredText("id")
        guard let host = try record.text("apiHost") else { return nil }
        guard let origin = VendorOrigin(host), settings.isTrusted(origin) else {
            throw FieldRefusal(field: "apiHost", reason: "is no address of Sophos: \(host)")
        }
        return SophosTenant(id: id, name: try record.text("name") ?? id, origin: origin)
    }
}
