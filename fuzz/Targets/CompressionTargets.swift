import Intelligence

/// Compressed streams and archives.
enum CompressionTargets {
    static let all: [FuzzTarget] =
        ["gzip", "xz", "zstd"].map { name in FuzzTarget(name, .binary, run: decompress) }
        + ["zip", "tar"].map { name in FuzzTarget(name, .binary, run: readFile) }

    private static func decompress(_ input: [UInt8]) {
        guard let source = try? ByteSources.decompressed(MemorySource(input, chunk: 509)) else { return }
        _ = Draining.bytes(of: source, limit: 8 << 20)
    }

    private static func readFile(_ input: [UInt8]) {
        let path = "\(ScratchFolder.path)/feed"
        guard (try? FileBytes.write(input, to: path)) != nil else { return }
        _ = try? FeedReader.read(path: path, source: nil) { _ in }
    }
}
