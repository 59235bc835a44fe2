import FoundationEssentials
import Intelligence

/// The real samples of a target: the files of its folder, decompressed.
enum Corpus {
    static func samples(of target: FuzzTarget, in folder: String) throws(FuzzError) -> [[UInt8]] {
        let path = "\(folder)/\(target.name)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let files = names.sorted().compactMap { name -> [UInt8]? in
            guard let bytes = FileBytes.read("\(path)/\(name)") else { return nil }
            // Binary samples are kept compressed, except those that are about compression.
            return name.hasSuffix(".sample.gz") ? decompressed(bytes) : bytes
        }
        let samples = target.samples() + files
        guard !samples.isEmpty else { throw .noCorpus(path) }
        return samples
    }

    private static func decompressed(_ bytes: [UInt8]) -> [UInt8]? {
        guard let source = try? ByteSources.decompressed(MemorySource(bytes)) else { return nil }
        return Draining.bytes(of: source, limit: 16 << 20)
    }
}

/// Reading sources to their end, or until it is enough.
enum Draining {
    /// Nil when the source is damaged.
    static func bytes(of source: any ByteSource, limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
        defer { buffer.deallocate() }
        do {
            while bytes.count < limit {
                let count = try source.read(into: buffer)
                expect(count >= 0 && count <= buffer.count, "a source gives at most what was asked for")
                if count == 0 { return bytes }
                bytes.append(contentsOf: buffer[..<count])
            }
            return bytes
        } catch {
            return nil
        }
    }
}
