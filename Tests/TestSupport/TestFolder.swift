import FoundationEssentials
import Glibc

/// A folder for a test's files.
package struct TestFolder: Sendable {
    package let path: String

    package init() throws {
        var template = Array("/tmp/garrison-test-XXXXXX\0".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestFailure("no temporary folder: errno \(errno)") }
        path = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Writes a file into it and gives its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: file))
        return file
    }

    package func remove() { try? FileManager.default.removeItem(atPath: path) }
}
