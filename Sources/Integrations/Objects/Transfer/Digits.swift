import Crypto
import FoundationEssentials
import NIOCore

extension Sequence<UInt8> {
    /// Lower-case hexadecimal digits.
    var hexadecimal: String {
        var digits: [UInt8] = []
        for byte in self { digits += [Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]] }
        return String(decoding: digits, as: UTF8.self)
    }

    private static var digits: [UInt8] { hexadecimalDigits }

    var base64: String { Data(self).base64EncodedString() }
}

private let hexadecimalDigits = Array("0123456789abcdef".utf8)

extension HashFunction {
    mutating func update(_ buffer: ByteBuffer) {
        buffer.withUnsafeReadableBytes { update(bufferPointer: $0) }
    }

    static func digest(_ buffer: ByteBuffer) -> Digest {
        var hash = Self()
        hash.update(buffer)
        return hash.finalize()
    }
}
