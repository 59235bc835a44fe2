import Domain
import FoundationEssentials

/// Reads feed files, whatever they are compressed with.
public enum FeedReader {
    /// Reads a file, or all files of a directory in the order of their names.
    /// - Parameter source: nil to tell each file's format by its content; files in a directory that are
    ///   no feed are then passed over.
    /// - Throws: `IntelligenceError` for a file that cannot be read, is no feed or is damaged; what
    ///   `emit` throws is passed on.
    public static func read(
        path: String, source: IntelligenceSource?, emit: (IntelligenceRecord) throws -> Void
    ) throws -> FeedSummary {
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory else {
            return try readFile(path, source: source, emit: emit)
        }
        var summary: FeedSummary?
        for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted() where !name.hasPrefix(".") {
            let file = "\(path)/\(name)"
            let part: FeedSummary
            do {
                part = try read(path: file, source: source, emit: emit)
            } catch IntelligenceError.unrecognised where source == nil {
                continue
            }
            if summary == nil { summary = part } else { summary?.merge(part) }
        }
        guard let summary else { throw IntelligenceError.unrecognised(path: path) }
        return summary
    }

    private static func readFile(
        _ path: String, source: IntelligenceSource?, emit: (IntelligenceRecord) throws -> Void
    ) throws -> FeedSummary {
        let input = PeekableSource(try ByteSources.open(path: path))
        guard let source = try source ?? FeedFormat.detect(input.peek(FeedFormat.sampleSize)) else {
            throw IntelligenceError.unrecognised(path: path)
        }
        return try FeedImporters.importer(for: source).read(input, emit: emit)
    }
}
