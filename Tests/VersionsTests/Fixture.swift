import Domain
import Foundation
import Versions

/// The rows of a fixture beside this file, without its header.
func rows(of path: String) throws -> [[String]] {
    try lines(of: path).dropFirst().map { line in
        line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
}

func lines(of path: String) throws -> [Substring] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/\(path)"))
    return String(decoding: data, as: UTF8.self).split(separator: "\n")
}

extension VersionOrder {
    var symbol: String {
        switch self {
        case .less: "<"
        case .equal: "="
        case .greater: ">"
        }
    }

    /// Whether this is what a vector says; some only say `<=` or `!=`.
    func agrees(with vector: String) -> Bool {
        switch vector {
        case "<=": self != .greater
        case "!=": self != .equal
        default: symbol == vector
        }
    }
}
