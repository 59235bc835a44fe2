import Domain
import FoundationEssentials
import Identity
import Store

/// Secrets of a connector as they are stored: JSON, sealed for its tenant and for it alone.
public enum SealedSecrets {
    /// - Parameter secrets: by the names of the kind's fields.
    public static func seal(
        _ secrets: [String: String], _ id: ConnectorID, _ tenant: TenantID, _ box: SecretBox
    ) throws -> [UInt8] {
        try box.seal(Array(try JSONEncoder().encode(secrets)), tenant: tenant, purpose: "connector.\(id)")
    }

    /// - Throws: `IdentityError.unsealFailed` when they were sealed under another key or for another connector.
    public static func open(
        _ sealed: [UInt8], _ id: ConnectorID, _ tenant: TenantID, _ box: SecretBox
    ) throws -> [String: String] {
        let bytes = try box.open(sealed, tenant: tenant, purpose: "connector.\(id)")
        return try JSONDecoder().decode([String: String].self, from: Data(bytes))
    }
}
