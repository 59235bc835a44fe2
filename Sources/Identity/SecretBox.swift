import Crypto
import Domain
import FoundationEssentials

/// Seals what must be stored and read again (connector credentials, webhook keys) with AES-256-GCM
/// under a key that is not in the database. A sealed secret opens only for the tenant and purpose
/// that it was sealed for, so rows cannot be swapped.
public struct SecretBox: Sendable {
    /// Length of a key.
    public static let keyBytes = 32

    private let key: SymmetricKey

    /// First byte of a sealed secret: the format behind it is nonce (12), ciphertext, tag (16).
    private static let format: UInt8 = 1

    /// Nil unless `key` has `keyBytes` bytes.
    public init?(key: [UInt8]) {
        guard key.count == Self.keyBytes else { return nil }
        self.key = SymmetricKey(data: key)
    }

    /// A new random nonce each time; 2³² secrets under one key stay far below GCM's bound.
    ///
    /// - Parameters:
    ///   - tenant: whose secret it is; nil for the installation's own.
    ///   - purpose: where it is stored, `connector.crowdstrike.client_secret`.
    public func seal(_ secret: [UInt8], tenant: TenantID?, purpose: String) throws(IdentityError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(secret, using: key, authenticating: Self.context(tenant, purpose))
            return [Self.format] + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
        } catch {
            throw .sealFailed("\(error)")
        }
    }

    /// Throws `unsealFailed` when anything is not as it was at sealing, without saying what.
    public func open(_ sealed: [UInt8], tenant: TenantID?, purpose: String) throws(IdentityError) -> [UInt8] {
        guard sealed.first == Self.format else { throw .unsealFailed }
        do {
            let box = try AES.GCM.SealedBox(combined: sealed.dropFirst())
            return Array(try AES.GCM.open(box, using: key, authenticating: Self.context(tenant, purpose)))
        } catch {
            throw .unsealFailed
        }
    }

    /// A key for something else than sealing, which tells nothing of this one.
    func derivedKey(_ purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, info: Array("garrison \(purpose)".utf8), outputByteCount: Self.keyBytes)
    }

    /// Unambiguous: a fixed-length tenant (zeros for none) before the purpose.
    private static func context(_ tenant: TenantID?, _ purpose: String) -> [UInt8] {
        [format] + (tenant?.uuid.bytes ?? [UInt8](repeating: 0, count: 16)) + Array(purpose.utf8)
    }
}
