import Agent
import Domain
import Foundation
import Glibc

/// A file tree that stands for a mounted system; removed with the value.
final class ScratchRoot {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/garrison-root-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, with the folders above it.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> Self { try write(name, Data(text.utf8)) }

    @discardableResult
    func write(_ name: String, _ data: Data) throws -> Self {
        try data.write(to: URL(fileURLWithPath: try place(name)))
        return self
    }

    @discardableResult
    func link(_ name: String, to target: String) throws -> Self {
        guard symlink(target, try place(name)) == 0 else { throw POSIXError(.EIO) }
        return self
    }

    func pipe(_ name: String) throws {
        guard mkfifo(try place(name), 0o644) == 0 else { throw POSIXError(.EIO) }
    }

    /// A file of a size that takes no room on the disk.
    func sparse(_ name: String, beginning: Data = Data(), size: Int) throws {
        try write(name, beginning)
        guard truncate("\(path)/\(name)", size) == 0 else { throw POSIXError(.EIO) }
    }

    func collect() throws -> Inventory { try HostCollector(root: path).collect() }

    private func place(_ name: String) throws -> String {
        let file = "\(path)/\(name)"
        let folder = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return file
    }
}

extension Inventory {
    /// The reasons of the notes about `item`.
    func reasons(_ item: String) -> [String] { notes.filter { $0.item == item }.map(\.reason) }

    /// `name version` of each package, sorted.
    var titles: [String] { packages.map { "\($0.name) \($0.version)" }.sorted() }
}
