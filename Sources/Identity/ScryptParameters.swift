import Crypto
import CryptoExtras
import FoundationEssentials

/// The cost of a password hash, written `ln=15,r=8,p=3`.
struct ScryptParameters: Sendable, Hashable, CustomStringConvertible {
    /// Binary logarithm of N: memory is 128 × N × r bytes.
    let logarithm: Int
    let blockSize: Int
    let parallelism: Int

    static let hashBytes = 32

    /// One of the equivalent settings of OWASP's password storage recommendation; the one of least
    /// memory, since it is taken from the serving process.
    static let current = ScryptParameters(logarithm: 15, blockSize: 8, parallelism: 3)

    init(logarithm: Int, blockSize: Int, parallelism: Int) {
        self.logarithm = logarithm
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// Nil when malformed or out of bounds: a hash from a tampered row must not exhaust memory.
    init?(_ text: Substring) {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 3,
            let logarithm = Self.number(fields[0], after: "ln="), (10...18).contains(logarithm),
            let blockSize = Self.number(fields[1], after: "r="), (1...16).contains(blockSize),
            let parallelism = Self.number(fields[2], after: "p="), (1...16).contains(parallelism)
        else { return nil }
        self.init(logarithm: logarithm, blockSize: blockSize, parallelism: parallelism)
    }

    var description: String { "ln=\(logarithm),r=\(blockSize),p=\(parallelism)" }

    private static func number(_ field: Substring, after prefix: String) -> Int? {
        field.hasPrefix(prefix) ? Int(field.dropFirst(prefix.count)) : nil
    }

    func derive(_ password: String, salt: [UInt8]) throws(IdentityError) -> [UInt8] {
        let bytes = Array(password.utf8)
        guard bytes.count <= PasswordHash.maximumBytes else { throw .passwordTooLong(bytes.count) }
        do {
            let key = try KDF.Scrypt.deriveKey(
                from: bytes, salt: salt, outputByteCount: Self.hashBytes, rounds: 1 << logarithm,
                blockSize: blockSize, parallelism: parallelism)
            return key.withUnsafeBytes { Array($0) }
        } catch {
            throw .hashingFailed("\(error)")
        }
    }
}
