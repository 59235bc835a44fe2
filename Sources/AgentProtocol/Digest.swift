import Crypto
import Domain

/// SHA-256 as text.
package enum Digest {
    package static func hexadecimal(_ bytes: [UInt8]) -> String { text(SHA256.hash(data: bytes)) }

    /// Of what an inventory says, whenever it was taken and in whatever order its packages come.
    package static func inventory(_ inventory: Inventory) -> String {
        var hasher = SHA256()
        for line in inventory.canonicalLines { hasher.update(data: Array(line.utf8) + [0x0A]) }
        return text(hasher.finalize())
    }

    fileprivate static func text(_ digest: SHA256.Digest) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// SHA-256 of what comes piece by piece.
package struct RunningDigest {
    private var hasher = SHA256()

    package init() {}

    package mutating func update(_ bytes: some Sequence<UInt8>) { hasher.update(data: Array(bytes)) }
    package var text: String { Digest.text(hasher.finalize()) }
}
