import Domain

/// Reads feed files, whatever they are compressed with and packed in.
public enum FeedReader {
    /// Reads a file (`-`: standard input), a zip or tar archive of feeds, or a folder with all that is in
    /// it, in the order of names.
    /// - Parameter source: nil to tell each feed's source by its content. In folders and archives, files
    ///   that are no feed, or a feed of another source, are counted and passed over.
    /// - Throws: `IntelligenceError` for what cannot be read, is no feed or is damaged; what `emit` throws
    ///   is passed on.
    public static func read(
        path: String, source: IntelligenceSource?, emit: (IntelligenceRecord) throws -> Void
    ) throws -> FeedReport {
        var report = FeedReport()
        if FileTree.isFolder(path) {
            for file in try FileTree.files(under: path) {
                try readFile(file, isMember: true, source: source, into: &report, emit)
            }
        } else {
            try readFile(path, isMember: false, source: source, into: &report, emit)
        }
        if report.summaries.isEmpty { throw IntelligenceError.unrecognised(path: path) }
        if let empty = report.summaries.first(where: { $0.records == 0 }), let first = empty.rejected.first {
            throw IntelligenceError.nothingUsable(path: path, records: empty.skipped, reason: first.reason)
        }
        return report
    }

    private static func readFile(
        _ path: String, isMember: Bool, source: IntelligenceSource?, into report: inout FeedReport,
        _ emit: (IntelligenceRecord) throws -> Void
    ) throws {
        let file = PeekableSource(try FileSource(path: path))
        if ZipArchive.isZip(try file.peek(4)) {
            guard path != "-" else {
                throw IntelligenceError.unreadable(path: file.name, reason: "a zip archive has to be a file")
            }
            return try ZipArchive(path: path).entries { try readMember($0, source: source, into: &report, emit) }
        }
        let input = PeekableSource(try ByteSources.decompressed(file))
        if TarArchive.isTar(try input.peek(TarArchive.blockSize)) {
            return try TarArchive(input).entries { try readMember($0, source: source, into: &report, emit) }
        }
        try readFeed(input, isMember: isMember, source: source, into: &report, emit)
    }

    private static func readMember(
        _ entry: any ByteSource, source: IntelligenceSource?, into report: inout FeedReport,
        _ emit: (IntelligenceRecord) throws -> Void
    ) throws {
        let input = PeekableSource(try ByteSources.decompressed(entry))
        try readFeed(input, isMember: true, source: source, into: &report, emit)
    }

    private static func readFeed(
        _ input: PeekableSource, isMember: Bool, source: IntelligenceSource?, into report: inout FeedReport,
        _ emit: (IntelligenceRecord) throws -> Void
    ) throws {
        let sample = try input.peek(FeedFormat.sampleSize)
        let found = FeedFormat.detect(sample)
        if isMember, found == nil || source.map({ !FeedFormat.isAlso(found, $0) }) ?? false {
            report.passedOver += 1
            return
        }
        if sample.isEmpty { throw IntelligenceError.truncated(input: input.name, offset: 0) }
        if let source, let found, !FeedFormat.isAlso(found, source) {
            throw IntelligenceError.otherSource(path: input.name, named: source, found: found)
        }
        guard let importer = (source ?? found).flatMap(FeedImporters.importer) else {
            throw IntelligenceError.unrecognised(path: input.name)
        }
        guard isMember else { return report.add(try importer.read(input, emit: emit)) }
        var emitted = 0
        do {
            report.add(
                try importer.read(input) { record in
                    emitted += 1
                    try emit(record)
                })
        } catch let error as IntelligenceError {
            // A file with one record that is broken is that record's fault; the others go on.
            guard emitted <= 1, error.isOfContent else { throw error }
            if case .expansion = error {} else { try drain(input) }
            report.reject(input.name, error.message, of: type(of: importer).source)
        }
    }

    /// Reads to the end: whether a file came whole shows only there.
    private static func drain(_ input: PeekableSource) throws(IntelligenceError) {
        let buffer = ByteBuffer()
        while try input.read(into: buffer.bytes) > 0 {}
    }
}
