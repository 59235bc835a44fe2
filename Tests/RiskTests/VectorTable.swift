import Foundation
import TestRandomness

/// A tab-separated table of vectors beside these tests, with a header line.
struct VectorTable {
    let rows: [[String: String]]

    init(_ name: String) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/\(name).tsv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let columns = lines[0].split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        rows = lines.dropFirst().map { line in
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return Dictionary(uniqueKeysWithValues: zip(columns, cells))
        }
    }
}
