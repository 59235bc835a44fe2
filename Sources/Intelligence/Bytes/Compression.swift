/// Compressed forms that inputs may come in, told by their first bytes.
public enum Compression: String, Sendable, CaseIterable {
    case gzip, xz, zstd

    /// As many bytes as the longest magic number.
    static let magicLength = 6

    /// Nil when the bytes begin no compressed stream that is known here.
    /// RFC 1952 section 2.3.1, the .xz file format 1.1 section 2.1.1.1, RFC 8878 section 3.1.1.
    public init?(magic: some Collection<UInt8>) {
        if magic.starts(with: [0x1F, 0x8B]) {
            self = .gzip
        } else if magic.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
            self = .xz
        } else if magic.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            self = .zstd
        } else {
            return nil
        }
    }

    /// The plain bytes of `source`, which holds this kind of compressed stream.
    public func decompress(_ source: any ByteSource) throws(IntelligenceError) -> any ByteSource {
        let input = CountedSource(source)
        let plain: any ByteSource =
            switch self {
            case .gzip: try InflateSource(input, container: .gzip)
            case .xz: try XZSource(input)
            case .zstd: try ZstdSource(input)
            }
        return ExpansionGuard(plain, of: input)
    }
}

/// How inputs are opened.
public enum ByteSources {
    /// The plain bytes of a file (`-`: standard input), decompressed when its first bytes say so.
    public static func open(path: String) throws(IntelligenceError) -> any ByteSource {
        try decompressed(FileSource(path: path))
    }

    /// `source` itself, or its decompressed bytes.
    public static func decompressed(_ source: any ByteSource) throws(IntelligenceError) -> any ByteSource {
        let peekable = PeekableSource(source)
        guard let compression = Compression(magic: try peekable.peek(Compression.magicLength)) else { return peekable }
        return try compression.decompress(peekable)
    }
}
