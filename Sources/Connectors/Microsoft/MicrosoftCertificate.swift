import Crypto
import CryptoExtras
import Domain
import FoundationEssentials

/// A certificate that an application has in its directory, with the key that only we have.
struct MicrosoftCertificate: Sendable {
    /// The certificate in DER.
    let certificate: [UInt8]
    let key: _RSA.Signing.PrivateKey
    let algorithm: MicrosoftAssertion.Algorithm

    /// - Parameter pem: certificate and key, in any order; of several certificates the first counts.
    init(pem: String, algorithm: MicrosoftAssertion.Algorithm) throws(ConnectorError) {
        func wrong(_ reason: String) -> ConnectorError { .setting(name: "certificate", reason: reason) }
        guard let body = Self.block("CERTIFICATE", in: pem), let certificate = Data(base64Encoded: body) else {
            throw wrong("there is no “BEGIN CERTIFICATE” with its end in it")
        }
        guard Self.block("ENCRYPTED PRIVATE KEY", in: pem) == nil else {
            throw wrong("its key is encrypted; it is sealed when stored, so enter it without a password")
        }
        guard let body = Self.block("PRIVATE KEY", in: pem) ?? Self.block("RSA PRIVATE KEY", in: pem),
            let key = Data(base64Encoded: body)
        else { throw wrong("there is no “BEGIN PRIVATE KEY” with its end in it") }
        do {
            self.key = try _RSA.Signing.PrivateKey(derRepresentation: key)
        } catch {
            throw wrong("its key is no RSA key of at least 2048 bits")
        }
        self.certificate = [UInt8](certificate)
        self.algorithm = algorithm
    }

    /// The base64 between the lines of a block.
    private static func block(_ label: String, in pem: String) -> String? {
        guard let begin = pem.firstRange(of: "-----BEGIN \(label)-----"),
            let end = pem[begin.upperBound...].firstRange(of: "-----END \(label)-----")
        else { return nil }
        return String(pem[begin.upperBound..<end.lowerBound].filter { !$0.isWhitespace })
    }
}
