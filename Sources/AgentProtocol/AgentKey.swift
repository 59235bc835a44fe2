import Crypto
import Domain
import FoundationEssentials

/// An agent's own key pair. It is made on the machine and never leaves it.
package struct AgentKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    package init() { key = Curve25519.Signing.PrivateKey() }

    /// Nil when the bytes are no key.
    package init?(bytes: [UInt8]) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes) else { return nil }
        self.key = key
    }

    /// To be kept where only the agent reads.
    package var bytes: [UInt8] { Array(key.rawRepresentation) }
    package var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

    package func sign(
        _ signature: AgentSignature, method: String, path: String, body: [UInt8]
    ) throws -> AgentSignature {
        var signed = signature
        signed.signature = Array(
            try key.signature(for: signature.message(method: method, path: path, digest: Digest.hexadecimal(body))))
        return signed
    }
}

extension AgentSignature {
    /// Whether the holder of the key made it for this request.
    package func isValid(publicKey: [UInt8], method: String, path: String, body: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(
            signature, for: message(method: method, path: path, digest: Digest.hexadecimal(body)))
    }
}
