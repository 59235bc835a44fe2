import Crypto

/// Lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.reduce(into: "") { text, byte in
        let digits = String(byte, radix: 16)
        text += digits.count < 2 ? "0" + digits : digits
    }
}

/// Checksums of files, read in pieces.
public enum FileDigest {
    /// SHA-256 of a file's bytes as they stand, in hexadecimal.
    public static func sha256(path: String) throws(IntelligenceError) -> String {
        hexadecimal(try digest(SHA256.self, of: FileSource(path: path)))
    }

    static func digest<Hash: HashFunction>(
        _: Hash.Type, of source: any ByteSource
    ) throws(IntelligenceError) -> Hash.Digest {
        var hash = Hash()
        let buffer = ByteBuffer()
        while true {
            let count = try source.read(into: buffer.bytes)
            if count == 0 { return hash.finalize() }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]))
        }
    }
}
