import Domain
import FoundationEssentials
import Identity
import Objects

/// Addresses under which agents get the files of their orders: the object store's own, where it signs them, else this
/// server's.
struct PatchAddresses: Sendable {
    let objects: any ObjectStore
    let box: @Sendable () throws -> SecretBox

    /// An agent waits for its window's word for two hours and downloads for six (`PatchOrders.lifetime`, `AgentSettings`).
    static let lifetime = 8 * 3600

    /// A server's own address has no host: agents know how they reach it.
    static let path = "/api/patches/payload"
    private static let purpose = "patch-payload"

    func address(of file: PatchFile, tenant: TenantID, at now: Date) async throws -> String {
        if objects.abilities.signsAddresses {
            let signed = try await objects.signedAddress(
                .get, of: try ObjectKey(file.objectKey), seconds: Self.lifetime)
            // An agent sends no other headers than its own.
            if signed.headers.isEmpty { return signed.url }
        }
        let until = Int(now.timeIntervalSince1970) + Self.lifetime
        let code = LinkSigner(try box(), purpose: Self.purpose).code(Self.fields(tenant, file.id, until))
        return "\(Self.path)?tenant=\(tenant)&file=\(file.id)&until=\(until)&code=\(code)"
    }

    /// - Throws: `PayloadRefusal` for an address that was not made here, or is over.
    func check(_ code: String, of file: PatchFileID, tenant: TenantID, until: Int, at now: Date = Date()) throws {
        let signer = LinkSigner(try box(), purpose: Self.purpose)
        guard signer.isValid(code, of: Self.fields(tenant, file, until)) else { throw PayloadRefusal.unknown }
        guard Double(until) > now.timeIntervalSince1970 else { throw PayloadRefusal.expired }
    }

    private static func fields(_ tenant: TenantID, _ file: PatchFileID, _ until: Int) -> [String] {
        [tenant.description, file.description, String(until)]
    }
}

/// Why the address of a file is not good.
enum PayloadRefusal: UserFacingError {
    case unknown
    case expired
    case outside

    var code: String {
        switch self {
        case .unknown: "payload.not_found"
        case .expired: "payload.expired"
        case .outside: "payload.range"
        }
    }

    var message: String {
        switch self {
        case .unknown: "There is no such file, or the address was not made by this server."
        case .expired: "The address is not good any more."
        case .outside: "The file ends before the byte that was asked for."
        }
    }
}
