import CryptoExtras
import FoundationEssentials

/// A certificate that an application was given, and the public key in it.
struct RegisteredCertificate: Sendable {
    let der: Data
    let key: _RSA.Signing.PublicKey

    /// Nil for what is no certificate with an RSA key.
    init?(pem: String) {
        let begin = "-----BEGIN CERTIFICATE-----"
        guard let start = pem.firstRange(of: begin)?.upperBound,
            let end = pem[start...].firstRange(of: "-----END CERTIFICATE-----")?.lowerBound,
            let der = Data(base64Encoded: String(pem[start..<end].filter { !$0.isWhitespace })),
            let spki = Self.publicKey(in: [UInt8](der)), let key = try? _RSA.Signing.PublicKey(derRepresentation: spki)
        else { return nil }
        self.der = der
        self.key = key
    }

    /// The SubjectPublicKeyInfo of RFC 5280 section 4.1: the seventh element of what is signed, the first being the
    /// version.
    private static func publicKey(in der: [UInt8]) -> [UInt8]? {
        guard let certificate = element(der, 0), let body = element(der, certificate.content.lowerBound) else {
            return nil
        }
        var offset = body.content.lowerBound
        if der[offset] == 0xA0, let version = element(der, offset) { offset = version.content.upperBound }
        // Serial number, algorithm, issuer, validity, subject.
        for _ in 0..<5 {
            guard let part = element(der, offset) else { return nil }
            offset = part.content.upperBound
        }
        return element(der, offset).map { Array(der[offset..<$0.content.upperBound]) }
    }

    /// Tag, length and where the content is.
    private static func element(_ der: [UInt8], _ offset: Int) -> (tag: UInt8, content: Range<Int>)? {
        guard offset + 2 <= der.count else { return nil }
        var length = Int(der[offset + 1])
        var start = offset + 2
        if length >= 0x80 {
            let count = length & 0x7F
            guard (1...4).contains(count), start + count <= der.count else { return nil }
            length = der[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
            start += count
        }
        guard start + length <= der.count else { return nil }
        return (der[offset], start..<start + length)
    }
}
